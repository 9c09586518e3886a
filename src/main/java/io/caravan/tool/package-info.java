/** The tools that models may call: which there are, what they are called, who may use them, and each call on its way. */
@NullMarked
package io.caravan.tool;

import org.jspecify.annotations.NullMarked;
