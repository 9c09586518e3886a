package io.caravan.demo;

/**
 * How a call ended.
 *
 * @param nanoTime when, on the clock of {@link System#nanoTime()}
 */
public record Ending(How how, long nanoTime) {

    /** The ways to end. */
    public enum How {
        /** The answer went out to its end. */
        ANSWERED,
        /** A fault that was ordered ended it. */
        BROKEN,
        /** The connection was closed from outside before the answer was complete. */
        LEFT
    }
}
