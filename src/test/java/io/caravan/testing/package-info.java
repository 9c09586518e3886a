/** What tests of the whole program share: the running program, a client that asks, a server that misbehaves. */
@NullMarked
package io.caravan.testing;

import org.jspecify.annotations.NullMarked;
