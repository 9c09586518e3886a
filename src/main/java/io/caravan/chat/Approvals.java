package io.caravan.chat;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** Which calls of tools wait until somebody approves or rejects them, and what is decided, by their ids. Thread-safe. */
public final class Approvals {

    private final Map<String, CompletableFuture<Boolean>> waiting = new ConcurrentHashMap<>();
    private volatile boolean attended;
    private volatile Predicate<String> required = tool -> false;

    Approvals() {}

    /** Somebody hears the events of the request at once, and can approve or reject calls. */
    public void attend() {
        attended = true;
    }

    /** Whether there is somebody who can approve or reject calls. */
    public boolean attended() {
        return attended;
    }

    /** Says for which tools, by name, each call waits for approval. */
    public void requireFor(Predicate<String> tools) {
        required = tools;
    }

    /** Whether the call waits for approval; it can be decided from then on. */
    boolean expects(ChatEvent.ToolCall call) {
        if (!required.test(call.name())) {
            return false;
        }
        waiting.putIfAbsent(call.callId(), new CompletableFuture<>());
        return true;
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
