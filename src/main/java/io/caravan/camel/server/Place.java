package io.caravan.camel.server;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The place of one request among those that may be answered at the same time. It is given back when its route has ended,
 * which may be long after its client has left; or when that leaves before it has begun, which it then never does.
 * Thread-safe.
 */
final class Place {

    private enum State {
        WAITS,
        RUNS,
        OVER
    }

    private final Semaphore places;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITS);

    /** @param places one of which it is */
    Place(Semaphore places) {
        this.places = places;
    }

    /** The request is answered, or its client has left. */
    void left() {
        if (state.compareAndSet(State.WAITS, State.OVER)) {
            places.release();
        }
    }

    /** Runs the route, if anybody waits for the answer. */
    void run(Processor route, Exchange exchange) throws Exception {
        if (!state.compareAndSet(State.WAITS, State.RUNS)) {
            return;
        }
        try {
            route.process(exchange);
        } finally {
            places.release();
        }
    }
}
