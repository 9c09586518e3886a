package io.caravan.demo;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One timer for any number of streams: what is due in the same millisecond runs in one go. Sleeps while nothing is due.
 * To be used on one event loop only.
 */
final class Ticker {

    private static final long NOTHING = Long.MAX_VALUE;

    private final Vertx vertx;
    private final TreeMap<Long, List<Runnable>> due = new TreeMap<>();
    private long next = NOTHING;
    private long timer;

    Ticker(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Runs an action once, not before {@link System#nanoTime()} reaches a time, and never at once. */
    void at(long nanoTime, Runnable action) {
        long now = millis(System.nanoTime());
        long tick = Math.max(millis(nanoTime) + 1, now + 1);
        due.computeIfAbsent(tick, any -> new ArrayList<>()).add(action);
        if (tick < next) {
            wakeAt(tick, now);
        }
    }

    private void wakeAt(long tick, long now) {
        if (next != NOTHING) {
            vertx.cancelTimer(timer);
        }
        next = tick;
        timer = vertx.setTimer(Math.max(1, tick - now), any -> tick());
    }

    private void tick() {
        next = NOTHING;
        long now = millis(System.nanoTime());
        while (!due.isEmpty() && due.firstKey() <= now) {
            due.pollFirstEntry().getValue().forEach(Runnable::run);
        }
        if (!due.isEmpty() && due.firstKey() < next) {
            wakeAt(due.firstKey(), now);
        }
    }

    private static long millis(long nanos) {
        return Math.floorDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1));
    }
}
