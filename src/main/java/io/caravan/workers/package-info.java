/**
 * Questions that another process answers: they go through the broker, and their events come back over a queue of whoever
 * asked. No Camel.
 */
@NullMarked
package io.caravan.workers;

import org.jspecify.annotations.NullMarked;
