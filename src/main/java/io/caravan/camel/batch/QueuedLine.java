package io.caravan.camel.batch;

import io.caravan.batch.LineQueue;
import java.util.Map;
import org.apache.camel.Message;

/**
 * A line that was taken from the queue.
 *
 * @param run the one of the batch in which it was queued
 * @param json the whole line
 * @param deliveries how often the message was delivered, this time included
 * @param attempts calls to providers that were made for it before
 * @param rounds how often it was asked in vain
 * @param alone how often of these others were answered
 * @param broken how often of these its answer broke off
 */
record QueuedLine(
        String batch,
        String run,
        int number,
        String json,
        int deliveries,
        int attempts,
        int rounds,
        int alone,
        int broken) {

    private static final String DELIVERIES = "JMSXDeliveryCount";

    private static final String ATTEMPTS = "batch_attempts";
    private static final String ROUNDS = "batch_rounds";
    private static final String ALONE = "batch_alone";
    private static final String BROKEN = "batch_broken";

    static QueuedLine of(Message message) {
        return new QueuedLine(
                message.getHeader(LineQueue.BATCH, "", String.class),
                message.getHeader(LineQueue.RUN, "", String.class),
                message.getHeader(LineQueue.LINE, 0, Integer.class),
                String.valueOf(message.getBody(String.class)),
                message.getHeader(DELIVERIES, 1, Integer.class),
                message.getHeader(ATTEMPTS, 0, Integer.class),
                message.getHeader(ROUNDS, 0, Integer.class),
                message.getHeader(ALONE, 0, Integer.class),
                message.getHeader(BROKEN, 0, Integer.class));
    }

    /** The same for each delivery. */
    String id() {
        return batch + ":" + run + ":" + number;
    }

    /** The line after it was asked in vain, with so many calls. */
    QueuedLine inVain(int calls, boolean brokeOff) {
        return new QueuedLine(
                batch, run, number, json, deliveries, attempts + calls, rounds + 1, alone, broken + (brokeOff ? 1 : 0));
    }

    /** The line after others were answered while it was not. */
    QueuedLine leftAlone() {
        return new QueuedLine(batch, run, number, json, deliveries, attempts, rounds, alone + 1, broken);
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
                ALONE,
                alone,
                BROKEN,
                broken);
    }
}
