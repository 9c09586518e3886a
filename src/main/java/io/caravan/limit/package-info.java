/** Admission: how many requests run, how many wait, and how many of them in a minute. */
@NullMarked
package io.caravan.limit;

import org.jspecify.annotations.NullMarked;
