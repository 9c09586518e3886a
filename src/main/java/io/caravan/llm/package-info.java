/** What model servers speak: one dialect per wire format, from a {@code ChatRequest} to bytes and back to chunks. */
@NullMarked
package io.caravan.llm;

import org.jspecify.annotations.NullMarked;
