package io.caravan.batch;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a batch is.
 *
 * @param id the SHA-256 of its file
 * @param run another one each time that it is opened again
 * @param name of the file that brought it
 * @param sent the lines up to this number have been queued
 */
public record Batch(
        String id,
        String run,
        String name,
        State state,
        int lines,
        int sent,
        int done,
        int failed,
        long promptTokens,
        long completionTokens,
        Instant created,
        Instant expires,
        Optional<Instant> ended) {

    /** Whether it goes on, and how it ended. */
    public enum State {
        RUNNING,
        COMPLETED,
        CANCELLED,
        EXPIRED;

        /** The word for it in the ledger, and for people. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /** So much of the id as tells it from others, for people. */
    public String shortId() {
        return id.substring(0, 12);
    }

    /** Whether it goes on. */
    public boolean running() {
        return state == State.RUNNING;
    }

    /** Whether each line has its result. */
    public boolean finished() {
        return done + failed >= lines;
    }

    /** Lines without a result. */
    public int left() {
        return lines - done - failed;
    }
}
