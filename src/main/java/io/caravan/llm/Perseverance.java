package io.caravan.llm;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import io.caravan.settings.ProviderSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a prompt that nobody waits for is asked again, after all that is done for a chat has failed. An outage is
 * outlasted, however long it is: a provider that is left alone, or takes no more at the moment, says nothing about the
 * prompt. A prompt that fails while its provider answers others is given up after some tries.
 */
public final class Perseverance {

    private static final int MOST_TRIES = 6;

    private final Providers providers;
    private final Breakers breakers;

    public Perseverance(Providers providers, Breakers breakers) {
        this.providers = providers;
        this.breakers = breakers;
    }

    /**
     * The next try.
     *
     * @param tries in which the prompt itself may have been to blame, this one included
     */
    public record Turn(Duration pause, int tries) {}

    /**
     * The next try, after one that failed; empty if the prompt is given up.
     *
     * @param tries that count so far
     */
    public Optional<Turn> next(ChatCall call, CaravanException failure, int tries) {
        boolean inTime = call.request()
                .timeout()
                .filter(time -> time.toNanos() <= call.progress().elapsedNanos())
                .isEmpty();
        if (!failure.retryable() || !inTime) {
            return Optional.empty();
        }
        ProviderSettings provider = providers.named(call.progress().provider()).settings();
        int counted = isOutage(call, failure) ? tries : tries + 1;
        return counted < MOST_TRIES
                ? Optional.of(new Turn(pause(provider, failure, counted), counted))
                : Optional.empty();
    }

    private boolean isOutage(ChatCall call, CaravanException failure) {
        return failure.code() == ErrorCode.RATE_LIMITED
                || failure.code() == ErrorCode.OVERLOADED
                || breakers.leftAloneNow(call.progress().provider());
    }

    /** What the server asked for, or a backoff that grows with the tries; the longest where they do not count. */
    private static Duration pause(ProviderSettings provider, CaravanException failure, int counted) {
        Duration longest = provider.retryBackoffMax();
        Optional<Duration> asked = failure instanceof UnavailableException unavailable
                ? unavailable.retryAfter().filter(time -> !time.isZero())
                : Optional.empty();
        double full = Math.min(provider.retryBackoff().toNanos() * Math.pow(2, counted), (double) longest.toNanos());
        Duration backoff =
                Duration.ofNanos((long) (full * ThreadLocalRandom.current().nextDouble(0.5, 1.0)));
        return asked.filter(time -> time.compareTo(longest) < 0).orElse(backoff);
    }
}
