/** A question, the events of its answer, and their JSON. Knows no model server and no Camel. */
@NullMarked
package io.caravan.chat;

import org.jspecify.annotations.NullMarked;
