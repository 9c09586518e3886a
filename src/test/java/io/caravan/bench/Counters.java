package io.caravan.bench;

import java.util.concurrent.atomic.AtomicLong;

/** What the stub has seen since it started. Thread-safe. */
final class Counters {

    final AtomicLong connections = new AtomicLong();
    final AtomicLong requests = new AtomicLong();
    final AtomicLong aborts = new AtomicLong();
    /** Chunks that the other side was too slow to take; the stream waited for it. */
    final AtomicLong stalls = new AtomicLong();

    String json() {
        return "{\"connections\":%d,\"requests\":%d,\"aborts\":%d,\"stalls\":%d}"
                .formatted(connections.get(), requests.get(), aborts.get(), stalls.get());
    }
}
