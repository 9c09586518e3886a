package io.caravan.broker;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Pauses that all end when the program stops. Thread-safe. */
final class Pauses {

    private final CountDownLatch stopped = new CountDownLatch(1);

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
