/** Ollama's wire format: a question of {@code /api/chat}, and its answer in lines of JSON. */
@NullMarked
package io.caravan.dialect.ollama;

import org.jspecify.annotations.NullMarked;
