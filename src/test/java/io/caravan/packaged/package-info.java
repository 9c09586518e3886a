/** The packaged program, started with its launcher and used from outside, as its users do. */
@NullMarked
package io.caravan.packaged;

import org.jspecify.annotations.NullMarked;
