package io.caravan.llm;

import io.caravan.chat.ChatCall;
import io.caravan.failure.UnavailableException;
import io.caravan.settings.ProviderSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Whether a call that failed before its first chunk is made again, and after what pause: exponential backoff with full
 * jitter above half, or what the server asked for.
 *
 * @param most calls after the first
 * @param first pause before the first of them
 * @param longest no pause is longer; a server that asks for more is not asked again
 */
public record Retries(int most, Duration first, Duration longest) {

    public static Retries of(ProviderSettings provider) {
        return new Retries(provider.maxRetries(), provider.retryBackoff(), provider.retryBackoffMax());
    }

    /** How long to wait before the next call; empty if there is to be none. */
    public Optional<Duration> pause(ChatCall call, UnavailableException failure) {
        boolean again = failure.worthRepeating()
                && call.attempts() <= most
                && call.chunksOut() == 0
                && call.stopped().isEmpty();
        if (!again) {
            return Optional.empty();
        }
        if (failure.retryAfter().isPresent()) {
            return failure.retryAfter().filter(asked -> asked.compareTo(longest) <= 0);
        }
        return Optional.of(backoff(call.attempts()));
    }

    private Duration backoff(int attempts) {
        double full = Math.min((double) first.toNanos() * Math.pow(2, attempts - 1.0), (double) longest.toNanos());
        return Duration.ofNanos((long) (full * ThreadLocalRandom.current().nextDouble(0.5, 1.0)));
    }
}
