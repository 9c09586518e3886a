/** OpenAI's wire format towards those who ask Caravan: their requests, and what they are answered. */
@NullMarked
package io.caravan.openai;

import org.jspecify.annotations.NullMarked;
