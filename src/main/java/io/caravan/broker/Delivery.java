package io.caravan.broker;

import java.time.Duration;
import java.util.Optional;

/** How often a message was delivered, and what has been tried in vain since. Belongs to the thread that has it. */
public final class Delivery {

    private static final int MOST_FAILURES_ALONE = 10;

    private final int number;
    private final long since = System.nanoTime();
    private Optional<Duration> limit = Optional.empty();
    private int failures;
    private int alone;
    private long othersSeen;

    /**
     * @param number the first is 1
     * @param others how many others had been answered by now
     */
    Delivery(int number, long others) {
        this.number = number;
        this.othersSeen = others;
    }

    /** How long whoever waits for it wants to wait, from its delivery on. */
    public void limit(Optional<Duration> time) {
        limit = time;
    }

    /** How often the message was delivered, this time included. */
    public int number() {
        return number;
    }

    /** What is left of the time that whoever waits wants to wait. */
    public Optional<Duration> timeLeft() {
        return limit.map(time -> time.minusNanos(System.nanoTime() - since));
    }

    /** Takes note of a failure; returns how many there were before. */
    int failed() {
        return failures++;
    }

    /**
     * Takes note of a failure; true if it is one of many while others did not fail.
     *
     * @param others how many others were answered by now
     */
    boolean failsAlone(long others) {
        if (others > othersSeen) {
            othersSeen = others;
            alone++;
        }
        return alone >= MOST_FAILURES_ALONE;
    }
}
