package io.caravan.settings;

/**
 * Who answers the questions of this process.
 *
 * @param consumers questions of other processes that are answered at the same time
 */
public record WorkerSettings(AnsweredBy answeredBy, int consumers) {

    /** Who answers. */
    public enum AnsweredBy {
        /** This process. */
        HERE,
        /** Other processes on the same broker. */
        WORKERS
    }

    /** Whether others answer. */
    public boolean others() {
        return answeredBy == AnsweredBy.WORKERS;
    }
}
