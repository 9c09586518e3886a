/** Admission: how many requests run, how many wait. */
@NullMarked
package io.caravan.limit;

import org.jspecify.annotations.NullMarked;
