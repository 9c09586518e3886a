package io.caravan.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts connections and calls, and remembers the latest calls. Thread-safe. */
final class Traffic {

    private final int memory;
    private final Deque<Call> calls = new ArrayDeque<>();
    private final Map<String, Integer> received = new HashMap<>();
    private int total;
    private int inFlight;
    private int accepted;
    private int open;

    Traffic(int memory) {
        this.memory = memory;
    }

    synchronized int connected() {
        open++;
        return accepted++;
    }

    synchronized void disconnected() {
        open--;
    }

    synchronized int nextNumber() {
        return total++;
    }

    synchronized void begun(Call call) {
        inFlight++;
        received.merge(call.path(), 1, Integer::sum);
        calls.addLast(call);
        if (calls.size() > memory) {
            calls.removeFirst();
        }
    }

    synchronized void ended() {
        inFlight--;
    }

    synchronized List<Call> calls() {
        return List.copyOf(calls);
    }

    synchronized int received(String path) {
        return received.getOrDefault(path, 0);
    }

    synchronized int inFlight() {
        return inFlight;
    }

    synchronized int accepted() {
        return accepted;
    }

    synchronized int open() {
        return open;
    }
}
