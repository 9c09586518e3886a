/** What there is to know of Kafka but how records are read and written. */
@NullMarked
package io.caravan.kafka;

import org.jspecify.annotations.NullMarked;
