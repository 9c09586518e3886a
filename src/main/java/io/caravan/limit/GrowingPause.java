package io.caravan.limit;

import io.caravan.failure.CaravanException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A pause before the next try: twice as long after each failure, up to the longest, and never quite the same for two, so
 * that those who failed together do not come back together.
 *
 * @param first after the first failure
 * @param least the share of the whole pause that is waited at least, from 0 to 1
 */
public record GrowingPause(Duration first, Duration longest, double least) {

    private static final int MOST_DOUBLINGS = 30;

    /** One of which at least half is waited. */
    public GrowingPause(Duration first, Duration longest) {
        this(first, longest, 0.5);
    }

    /** The pause after so many failures before this one; where there is nothing to count, below 0, the first. */
    public Duration after(int failures) {
        int doublings = Math.max(0, Math.min(failures, MOST_DOUBLINGS));
        Duration bounded = Times.shorter(first.multipliedBy(1L << doublings), longest);
        double share = least + (1 - least) * ThreadLocalRandom.current().nextDouble();
        return Duration.ofNanos((long) (bounded.toNanos() * share));
    }

    /** The same, but at least as long as the server asks for in {@code why}, as far as that is no longer than {@code most}. */
    public Duration after(int failures, CaravanException why, Duration most) {
        Duration asked = why.retryAfter().orElse(Duration.ZERO);
        return Times.longer(after(failures), Times.shorter(asked, most));
    }
}
