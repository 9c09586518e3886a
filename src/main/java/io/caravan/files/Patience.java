package io.caravan.files;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Leaves a prompt alone for a while that could not be brought to an end: a full disk must not have it asked, and paid for,
 * at every look into the inbox. Thread-safe.
 */
public final class Patience {

    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 6;

    private record Pause(int failures, long until) {}

    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();

    /** Whether the prompt of this name may be taken now. */
    public boolean over(String prompt) {
        Pause pause = pauses.get(prompt);
        return pause == null || System.nanoTime() - pause.until() >= 0;
    }

    /** The prompt could not be brought to an end; returns how long it is left alone: longer each time, up to an hour. */
    public Duration failed(String prompt) {
        Pause before = pauses.get(prompt);
        int failures = before == null ? 0 : Math.min(before.failures() + 1, MOST_DOUBLINGS);
        Duration pause = FIRST.multipliedBy(1L << failures);
        pauses.put(prompt, new Pause(failures, System.nanoTime() + pause.toNanos()));
        return pause;
    }

    /** The prompt has come to its end. */
    public void settled(String prompt) {
        pauses.remove(prompt);
    }
}
