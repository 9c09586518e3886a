package io.caravan.mcp;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** The requests that are under way over HTTP: whose answer has ended, and how to end one. Thread-safe. */
final class HttpWatch {

    /** What has come is handed on by other threads. */
    private static final long GRACE_MILLIS = 200;

    private final Map<String, Runnable> underWay = new ConcurrentHashMap<>();
    private final Map<String, Runnable> resumed = new ConcurrentHashMap<>();
    private volatile BiConsumer<String, Resumption> answerEnded = (id, rest) -> {};
    private volatile Runnable streamEnded = () -> {};

    /**
     * Says who is told.
     *
     * @param answerEnded gets the id of a request whose answer has ended, shortly after what it held was handed on, and
     *     where the rest may be had
     * @param streamEnded is run when the stream ends in which the server says things by itself
     */
    void tell(BiConsumer<String, Resumption> answerEnded, Runnable streamEnded) {
        this.answerEnded = answerEnded;
        this.streamEnded = streamEnded;
    }

    /** A request is out; its answer may have begun already. */
    void sent(String id, Runnable end) {
        underWay.putIfAbsent(id, end);
    }

    /** Its answer has begun. */
    void answered(String id, Runnable end) {
        underWay.put(id, end);
    }

    void answerEnded(String id, Resumption rest) {
        underWay.remove(id);
        CompletableFuture.delayedExecutor(GRACE_MILLIS, TimeUnit.MILLISECONDS)
                .execute(() -> answerEnded.accept(id, rest));
    }

    /** The rest of its answer is read now. */
    void resumed(String id, Runnable end) {
        resumed.put(id, end);
    }

    void streamEnded() {
        streamEnded.run();
    }

    /** Ends a request, if it is still under way. */
    void end(String id) {
        Runnable end = underWay.remove(id);
        if (end != null) {
            end.run();
        }
    }

    /** Ends a request that is still under way after this time. */
    void endLater(String id, Duration time) {
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> end(id));
    }

    /** The answer is there, or nobody waits for it. */
    void forget(String id) {
        underWay.remove(id);
        Runnable end = resumed.remove(id);
        if (end != null) {
            end.run();
        }
    }
}
