package io.caravan.demo;

import java.time.Duration;

/** When the pieces of an answer are due. A piece that is late does not delay the next. */
@FunctionalInterface
public interface Pace {

    /** As fast as the reader takes it. */
    Pace AT_ONCE = index -> 0;

    /** The first piece after a delay, then one per interval. */
    static Pace steady(Duration first, Duration interval) {
        long start = first.toNanos();
        long step = interval.toNanos();
        return index -> start + index * step;
    }

    /** The first piece at once, then so many a second. */
    static Pace perSecond(int pieces) {
        return index -> index * 1_000_000_000L / pieces;
    }

    /** Nanoseconds from the request to the piece at an index from 0. */
    long nanosTo(long index);

    /** The same, with a pause before the piece at an index. */
    default Pace pausing(int before, Duration pause) {
        long nanos = pause.toNanos();
        return index -> nanosTo(index) + (index >= before ? nanos : 0);
    }
}
