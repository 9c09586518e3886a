package io.caravan.batch;

import io.caravan.chat.ChatCall;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The lines whose questions are being answered in this process. Thread-safe. */
public final class LinesInFlight {

    private final Map<ChatCall, String> calls = new ConcurrentHashMap<>();

    /** A line of this batch is being answered, until its call ends. */
    public void add(String batch, ChatCall call) {
        calls.put(call, batch);
        call.atEnd(() -> calls.remove(call));
    }

    /** How many there are. */
    public int size() {
        return calls.size();
    }

    Set<String> batches() {
        return Set.copyOf(calls.values());
    }

    /** The answers to these lines are no longer wanted. */
    void cancel(String batch, String why) {
        Collection<ChatCall> all = calls.keySet();
        all.stream().filter(call -> batch.equals(calls.get(call))).forEach(call -> call.cancel(why));
    }
}
