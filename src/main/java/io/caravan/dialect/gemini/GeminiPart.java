package io.caravan.dialect.gemini;

import io.caravan.chat.ChatEvent.Chunk;
import java.util.Optional;

/**
 * A part of an answer of Gemini's.
 *
 * @param chunk what it says; nothing where it only brings a signature
 * @param signature of what the model thought before it; empty if there is none
 */
record GeminiPart(Optional<Chunk> chunk, String signature) {}
