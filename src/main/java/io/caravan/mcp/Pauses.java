package io.caravan.mcp;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long a server that went away is left alone: ever longer, and never for the same time as others. Not thread-safe. */
final class Pauses {

    static final Duration LONGEST = Duration.ofMinutes(1);

    private static final Duration FIRST = Duration.ofSeconds(1);

    private Duration pause = FIRST;

    /** It was well for long enough to begin anew. */
    void reset() {
        pause = FIRST;
    }

    /** The next one, a quarter longer or shorter than it should be. */
    Duration next() {
        double factor = 0.75 + ThreadLocalRandom.current().nextDouble() / 2;
        Duration next = Duration.ofMillis((long) (pause.toMillis() * factor));
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
        return next;
    }
}
