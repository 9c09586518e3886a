/** Answers and failures as files: written so that a crash between any two steps loses nothing. */
@NullMarked
package io.caravan.files;

import org.jspecify.annotations.NullMarked;
