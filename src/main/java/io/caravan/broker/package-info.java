/** The queues: a broker in this process or one outside, and the way to it. */
@NullMarked
package io.caravan.broker;

import org.jspecify.annotations.NullMarked;
