package io.caravan.camel.batch;

import io.caravan.batch.LineQueue;
import org.apache.camel.Message;

/**
 * A line that was taken from the queue.
 *
 * @param run the one of the batch in which it was queued
 * @param json the whole line
 * @param attempts calls to providers that were made for it before
 */
record QueuedLine(String batch, String run, int number, String json, int attempts) {

    private static final String ATTEMPTS = "batch_attempts";

    static QueuedLine of(Message message) {
        return new QueuedLine(
                message.getHeader(LineQueue.BATCH, "", String.class),
                message.getHeader(LineQueue.RUN, "", String.class),
                message.getHeader(LineQueue.LINE, 0, Integer.class),
                message.getBody(String.class),
                message.getHeader(ATTEMPTS, 0, Integer.class));
    }
}
