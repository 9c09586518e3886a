/** The way of a prompt from a queue to its answer. */
@NullMarked
package io.caravan.camel.queue;

import org.jspecify.annotations.NullMarked;
