package io.caravan.limit;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Lets so many calls run, so many more wait in the order of their arrival, and refuses the rest at once. Thread-safe.
 */
public final class Admission {

    private final int maxWaiting;
    private final Places places;
    private final Set<ChatCall> calls = ConcurrentHashMap.newKeySet();
    private boolean closed;

    public Admission(int maxConcurrent, int maxWaiting) {
        this.maxWaiting = maxWaiting;
        this.places = new Places(maxConcurrent);
    }

    /**
     * Waits until the call may run; its place is free again at its end. Work in the background waits however many wait
     * already.
     *
     * @throws UnavailableException with {@code overloaded} if too many wait already
     * @throws io.caravan.failure.CaravanException the reason, if the call is stopped while it waits
     */
    public void admit(ChatCall call) {
        CompletableFuture<Boolean> turn = line(call.inBackground());
        calls.add(call);
        call.atEnd(() -> calls.remove(call));
        call.whenStopped(() -> places.giveUp(turn));
        boolean admitted = turn.join();
        call.nothingToStop();
        if (admitted) {
            call.atEnd(this::leave);
        }
        call.checkStopped();
    }

    /** Calls that run now. */
    public int running() {
        return places.taken();
    }

    /** Calls that wait now. */
    public int waiting() {
        return places.waiting();
    }

    /** Admits nobody from now on; who waits is still served. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Whether nobody is admitted any more. */
    public synchronized boolean closed() {
        return closed;
    }

    /** Ends all calls that run or wait, for this reason. */
    public void stopAll(CaravanException why) {
        calls.forEach(call -> call.stop(why));
    }

    private synchronized CompletableFuture<Boolean> line(boolean inBackground) {
        if (closed) {
            throw shuttingDown();
        }
        if (places.full() && !inBackground && waiting() >= maxWaiting) {
            throw new UnavailableException(
                    ErrorCode.OVERLOADED,
                    running() + " requests run and " + waiting()
                            + " wait, which is all that caravan.max-concurrent and caravan.max-waiting allow");
        }
        return places.take();
    }

    /** Waits until no call runs or waits; false if there still is one after this time. */
    public synchronized boolean awaitIdle(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        while (running() > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** What is answered while the program stops. */
    public static UnavailableException shuttingDown() {
        return UnavailableException.inVain(ErrorCode.OVERLOADED, "Caravan is shutting down", null);
    }

    private synchronized void leave() {
        places.free();
        notifyAll();
    }
}
