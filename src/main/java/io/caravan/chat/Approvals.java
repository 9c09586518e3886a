package io.caravan.chat;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The calls of tools that wait until somebody approves or rejects them, by their ids. Thread-safe. */
public final class Approvals {

    private final Map<String, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();

    Approvals() {}

    /** The call may be decided from now on. */
    void expect(String callId) {
        waiting.putIfAbsent(callId, new CompletableFuture<>());
    }

    /** What is decided about the call. */
    public CompletableFuture<Boolean> of(String callId) {
        return waiting.computeIfAbsent(callId, id -> new CompletableFuture<>());
    }

    /** Decides about a call; false if no call of this id waits. */
    public boolean decide(String callId, boolean approved) {
        CompletableFuture<Boolean> call = waiting.get(callId);
        return call != null && call.complete(approved);
    }
}
