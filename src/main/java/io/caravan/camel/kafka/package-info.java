/** The door to topics of Kafka. Nothing of it is loaded while that is shut. */
@NullMarked
package io.caravan.camel.kafka;

import org.jspecify.annotations.NullMarked;
