package io.caravan.limit;

import java.time.Duration;

/** Durations: as the settings write them, and the shorter and the longer of two. */
public final class Times {

    private Times() {}

    /** A measured time, in whole seconds from one second on, rounded up. */
    public static String rounded(Duration time) {
        long millis = time.plusNanos(999_999).toMillis();
        return millis < 1_000 ? millis + "ms" : plain(Duration.ofSeconds((millis + 999) / 1_000));
    }

    /** {@code 500ms}, {@code 30s}, {@code 5m}: in the largest unit that leaves no remainder. */
    public static String plain(Duration time) {
        long millis = time.toMillis();
        if (millis % 60_000 == 0 && millis > 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }

    /** The shorter of two. */
    public static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The longer of two. */
    public static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
