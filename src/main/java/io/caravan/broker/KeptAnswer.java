package io.caravan.broker;

/**
 * An answer that is kept for whoever asks the same again.
 *
 * @param fingerprint of what was asked
 */
public record KeptAnswer(
        String fingerprint,
        String text,
        String provider,
        String model,
        String finishReason,
        long promptTokens,
        long completionTokens,
        int attempts) {}
