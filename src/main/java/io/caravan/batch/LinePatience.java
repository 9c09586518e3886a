package io.caravan.batch;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Decides when a line is asked again whose model has failed: as long as its batch runs where the model is away or busy, so
 * that no outage costs a line; ten times where it answers, and never to the end.
 */
public final class LinePatience {

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 5;
    private static final int MOST_BROKEN_ANSWERS = 10;
    private static final Set<ErrorCode> AWAY =
            Set.of(ErrorCode.PROVIDER_UNAVAILABLE, ErrorCode.RATE_LIMITED, ErrorCode.OVERLOADED);

    private LinePatience() {}

    /** Whether it is this line that has cost the model its answer, and not the state the model is in. */
    public static boolean breaksAnswers(CaravanException why) {
        return why instanceof StreamException || why.code() == ErrorCode.PROVIDER_TIMEOUT;
    }

    /**
     * How long it is left alone before; never, where it would be in vain.
     *
     * @param rounds how often it was asked in vain
     * @param brokenAnswers how often it broke an answer, this time included
     */
    public static Optional<Duration> pause(CaravanException why, int rounds, int brokenAnswers) {
        boolean again = AWAY.contains(why.code()) || (breaksAnswers(why) && brokenAnswers <= MOST_BROKEN_ANSWERS);
        return again && why.retryable() ? Optional.of(pause(why, rounds)) : Optional.empty();
    }

    /** Longer each time, and as long as the provider asks; never quite the same for two. */
    private static Duration pause(CaravanException why, int rounds) {
        Duration growing = FIRST.multipliedBy(1L << Math.min(rounds - 1, MOST_DOUBLINGS));
        Duration asked =
                why instanceof UnavailableException away ? away.retryAfter().orElse(Duration.ZERO) : Duration.ZERO;
        Duration pause = growing.compareTo(asked) < 0 ? asked : growing;
        Duration bounded = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
        return bounded.multipliedBy(ThreadLocalRandom.current().nextInt(50, 101))
                .dividedBy(100);
    }
}
