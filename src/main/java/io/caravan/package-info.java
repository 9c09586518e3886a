/** Start: the program and the beans that routes may name. */
@NullMarked
package io.caravan;

import org.jspecify.annotations.NullMarked;
