package io.caravan.mcp;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The requests that are under way over HTTP: whose answer has ended, and how to end one. Thread-safe. */
final class HttpWatch {

    /** What has come is handed on by other threads. */
    private static final long GRACE_MILLIS = 200;

    private final Map<String, Runnable> underWay = new ConcurrentHashMap<>();
    private volatile Consumer<String> answerEnded = id -> {};
    private volatile Runnable streamEnded = () -> {};

    /**
     * Says who is told.
     *
     * @param answerEnded gets the id of a request whose answer has ended, shortly after what it held was handed on
     * @param streamEnded is run when the stream ends in which the server says things by itself
     */
    void tell(Consumer<String> answerEnded, Runnable streamEnded) {
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

    void answerEnded(String id) {
        underWay.remove(id);
        CompletableFuture.delayedExecutor(GRACE_MILLIS, TimeUnit.MILLISECONDS).execute(() -> answerEnded.accept(id));
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

    /** The answer is there. */
    void forget(String id) {
        underWay.remove(id);
    }
}
