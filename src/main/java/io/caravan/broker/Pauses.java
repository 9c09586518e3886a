package io.caravan.broker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Pauses that grow, and that all end when the program stops. Thread-safe. */
final class Pauses {

    private static final int MOST_DOUBLINGS = 20;

    private final CountDownLatch stopped = new CountDownLatch(1);

    /** The pause after so many failures before: doubles each time up to the longest, and is no one else's. */
    static Duration after(int failures, Duration first, Duration longest) {
        Duration full = shorter(first.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS)), longest);
        return Duration.ofNanos(
                (long) (full.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1.0)));
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** Waits so long; false if the program stops meanwhile. */
    boolean over(Duration time) {
        try {
            return !stopped.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean stopped() {
        return stopped.getCount() == 0;
    }

    /** Ends all of them, now and from now on. */
    void stop() {
        stopped.countDown();
    }
}
