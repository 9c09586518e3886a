/** Which headers of messages from outside are let in. */
@NullMarked
package io.caravan.camel.header;

import org.jspecify.annotations.NullMarked;
