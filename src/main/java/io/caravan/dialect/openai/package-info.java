/** OpenAI's wire format: a question of {@code /chat/completions}, and its answer in server-sent events. */
@NullMarked
package io.caravan.dialect.openai;

import org.jspecify.annotations.NullMarked;
