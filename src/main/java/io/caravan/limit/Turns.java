package io.caravan.limit;

import java.util.concurrent.Semaphore;

/**
 * How much is asked at the same time, where more is taken in: what is being read, or written down, is not being asked.
 * Thread-safe.
 */
public final class Turns {

    private final Semaphore free;

    /** @param atOnce how much is asked at the same time */
    public Turns(int atOnce) {
        free = new Semaphore(atOnce, true);
    }

    /**
     * Waits for a turn.
     *
     * @return ends it, once
     */
    public Runnable take() {
        free.acquireUninterruptibly();
        return free::release;
    }
}
