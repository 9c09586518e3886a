package io.caravan.camel.websocket;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEvent;
import org.jspecify.annotations.Nullable;

/**
 * What happened on one connection, handed to its door one by one, in the order it happened, off the event loop.
 *
 * <p>With too much unprocessed the socket is read no further until half of it is done. Events are added on the event
 * loop; the executor runs them.
 */
final class Inbox {

    /** An event; the body is a {@link String} or {@code byte[]} for a message, else null. */
    record Event(VertxWebsocketEvent kind, @Nullable Object body) {

        int size() {
            if (body instanceof String text) {
                return text.length();
            }
            return body instanceof byte[] bytes ? bytes.length : 0;
        }
    }

    /** What is read from the socket; both are called on the event loop only. */
    interface Reading {
        void pause();

        void resume();

        void onEventLoop(Runnable task);
    }

    /** After so many another connection has its turn on a bounded pool. */
    private static final int TURN = 64;

    private static final long MAX_UNPROCESSED_BYTES = 1 << 20;

    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unprocessed = new AtomicInteger();
    private final AtomicLong unprocessedBytes = new AtomicLong();
    private final AtomicBoolean running = new AtomicBoolean();
    private final int maxUnprocessed;
    private final Executor executor;
    private final Reading reading;
    private final BooleanSupplier held;
    private final Consumer<Event> door;
    private volatile boolean paused;

    Inbox(int maxUnprocessed, Executor executor, Reading reading, BooleanSupplier held, Consumer<Event> door) {
        this.maxUnprocessed = maxUnprocessed;
        this.executor = executor;
        this.reading = reading;
        this.held = held;
        this.door = door;
    }

    void add(Event event) {
        unprocessed.incrementAndGet();
        unprocessedBytes.addAndGet(event.size());
        events.add(event);
        run();
        if (!paused && filledTo(1)) {
            paused = true;
            reading.pause();
            resumeReading();
        }
    }

    /** Whether the socket is not read at present, so that its peer cannot be heard. */
    boolean paused() {
        return paused;
    }

    /** Goes on with what waits, where nothing runs yet. */
    void run() {
        if (!held.getAsBoolean() && running.compareAndSet(false, true)) {
            try {
                executor.execute(this::takeTurn);
            } catch (RejectedExecutionException e) {
                // The program is ending; nobody is left to tell.
                running.set(false);
            }
        }
    }

    private void takeTurn() {
        try {
            Event event;
            for (int done = 0; done < TURN && !held.getAsBoolean() && (event = events.poll()) != null; done++) {
                try {
                    door.accept(event);
                } finally {
                    processed(event);
                }
            }
        } finally {
            running.set(false);
            if (!events.isEmpty()) {
                run();
            }
        }
    }

    private void processed(Event event) {
        unprocessed.decrementAndGet();
        unprocessedBytes.addAndGet(-event.size());
        if (paused && !filledTo(2)) {
            reading.onEventLoop(this::resumeReading);
        }
    }

    private void resumeReading() {
        if (paused && !filledTo(2)) {
            paused = false;
            reading.resume();
        }
    }

    private boolean filledTo(int share) {
        return unprocessed.get() > maxUnprocessed / share || unprocessedBytes.get() > MAX_UNPROCESSED_BYTES / share;
    }
}
