/** From bytes to lines to events, without look-ahead and within bounds. Knows no JSON and no Camel. */
@NullMarked
package io.caravan.stream;

import org.jspecify.annotations.NullMarked;
