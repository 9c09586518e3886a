/** The commands. */
@NullMarked
package io.caravan.cli;

import org.jspecify.annotations.NullMarked;
