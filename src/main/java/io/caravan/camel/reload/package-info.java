/** Route files: how they are read, checked, and swapped under load while messages are in flight. */
@NullMarked
package io.caravan.camel.reload;

import org.jspecify.annotations.NullMarked;
