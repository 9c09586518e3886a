package io.caravan.workers;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The events of one question, as they come from the worker that answers it. Thread-safe. */
final class EventQueue {

    /** Whoever reads them so slowly is not waited for. */
    private static final int MOST_WAITING = 10_000;

    private sealed interface Item {}

    /**
     * One event.
     *
     * @param delivery counts how often the question was given to a worker, from 1
     * @param turn of the model, from 0; the next begins where its tools are answered
     */
    record Sent(String json, int delivery, int turn) implements Item {}

    private record Broken(CaravanException why) implements Item {}

    private final LinkedBlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private boolean full;

    /** Takes an event, if there is room. True for the first one too many: no more is taken, and no more comes. */
    synchronized boolean overflows(Sent event) {
        if (full) {
            return false;
        }
        full = items.size() >= MOST_WAITING;
        if (full) {
            fail(UnavailableException.inVain(
                    ErrorCode.OVERLOADED, "the events of the answer are not read as fast as they come", null));
        } else {
            items.add(event);
        }
        return full;
    }

    /** No more comes, for this reason. */
    void fail(CaravanException why) {
        items.add(new Broken(why));
    }

    /**
     * The next event; empty if none comes in this time.
     *
     * @throws CaravanException why no more comes
     */
    Optional<Sent> next(Duration patience) {
        try {
            Item item = items.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (item instanceof Broken broken) {
                throw broken.why();
            }
            return Optional.ofNullable((Sent) item);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UnavailableException.inVain(ErrorCode.OVERLOADED, "interrupted", e);
        }
    }
}
