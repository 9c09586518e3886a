/** The scripted model over real sockets. */
@NullMarked
package io.caravan.demo;

import org.jspecify.annotations.NullMarked;
