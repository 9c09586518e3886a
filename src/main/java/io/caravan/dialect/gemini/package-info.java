/** Gemini's wire format: a question of {@code :streamGenerateContent}, and its answer in server-sent events. */
@NullMarked
package io.caravan.dialect.gemini;

import org.jspecify.annotations.NullMarked;
