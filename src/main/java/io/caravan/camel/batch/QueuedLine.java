package io.caravan.camel.batch;

import io.caravan.batch.LineQueue;
import java.util.Map;
import org.apache.camel.Message;

/**
 * A line that was taken from the queue.
 *
 * @param run the one of the batch in which it was queued
 * @param json the whole line
 * @param attempts calls to providers that were made for it before
 * @param rounds how often it was put back into the queue
 * @param brokenAnswers how often an answer to it broke off
 */
record QueuedLine(String batch, String run, int number, String json, int attempts, int rounds, int brokenAnswers) {

    private static final String ATTEMPTS = "batch_attempts";
    private static final String ROUNDS = "batch_rounds";
    private static final String BROKEN_ANSWERS = "batch_broken_answers";

    static QueuedLine of(Message message) {
        return new QueuedLine(
                message.getHeader(LineQueue.BATCH, "", String.class),
                message.getHeader(LineQueue.RUN, "", String.class),
                message.getHeader(LineQueue.LINE, 0, Integer.class),
                String.valueOf(message.getBody(String.class)),
                message.getHeader(ATTEMPTS, 0, Integer.class),
                message.getHeader(ROUNDS, 0, Integer.class),
                message.getHeader(BROKEN_ANSWERS, 0, Integer.class));
    }

    /** The line after a round that has not answered it. */
    QueuedLine after(int calls, boolean brokenAnswer) {
        return new QueuedLine(
                batch, run, number, json, attempts + calls, rounds + 1, brokenAnswers + (brokenAnswer ? 1 : 0));
    }

    /** Everything but the line itself. */
    Map<String, Object> headers() {
        return Map.of(
                LineQueue.BATCH,
                batch,
                LineQueue.RUN,
                run,
                LineQueue.LINE,
                number,
                ATTEMPTS,
                attempts,
                ROUNDS,
                rounds,
                BROKEN_ANSWERS,
                brokenAnswers);
    }
}
