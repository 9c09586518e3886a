/** The way of a batch: a file that is taken in, its lines in a queue, its output. */
@NullMarked
package io.caravan.camel.batch;

import org.jspecify.annotations.NullMarked;
