package io.caravan.limit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** So many places, and a line before them: whoever came first gets the next one that is free. Thread-safe. */
public final class Places {

    private final int all;
    private final Deque<CompletableFuture<Boolean>> line = new ArrayDeque<>();
    private int taken;

    public Places(int all) {
        this.all = all;
    }

    /** How many are taken. */
    public synchronized int taken() {
        return taken;
    }

    /** How many wait for one. */
    public synchronized int waiting() {
        return line.size();
    }

    /** Whether all are taken. */
    public synchronized boolean full() {
        return taken >= all;
    }

    /** The turn of whoever asks: true once there is a place, which is then taken; false if it was given up. */
    public synchronized CompletableFuture<Boolean> take() {
        if (!full()) {
            taken++;
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> turn = new CompletableFuture<>();
        line.add(turn);
        return turn;
    }

    /** Leaves the line; nothing where the turn has come already. */
    public synchronized void giveUp(CompletableFuture<Boolean> turn) {
        if (turn.complete(false)) {
            line.removeIf(CompletableFuture::isDone);
        }
    }

    /** A place is free again, and goes to the first in the line. */
    public synchronized void free() {
        CompletableFuture<Boolean> first = line.poll();
        if (first == null) {
            taken--;
        } else {
            first.complete(true);
        }
    }
}
