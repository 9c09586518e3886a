package io.caravan.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends the chunks of all answers when they are due, from one thread and a wheel of slots, one per tick. A stream keeps
 * its own phase, so streams that began at different times never fire together. A peer that does not read slows its own
 * stream only. Sleeps without a stream.
 */
final class Pacer implements Runnable {

    private static final long TICK_NANOS = 200_000;
    /** 5 ms: an answer that arrives meanwhile is not late as long as its interval is longer. */
    private static final int LONGEST_SLEEP_TICKS = 25;

    private static final int SLOTS = 1 << 14;

    private final Counters counters;
    private final ConcurrentLinkedQueue<PacedAnswer> arrivals = new ConcurrentLinkedQueue<>();
    private final @Nullable PacedAnswer[] wheel = new @Nullable PacedAnswer[SLOTS];
    private final Map<Wire, StampedBytes> chunks = new EnumMap<>(Wire.class);
    private final Thread thread = new Thread(this, "pacer");
    private volatile boolean asleep;
    private int active;

    Pacer(Counters counters) {
        this.counters = counters;
        for (Wire wire : Wire.values()) {
            chunks.put(wire, wire.next());
        }
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes over an answer whose first chunk is out. */
    void accept(PacedAnswer answer) {
        answer.dueTick = (System.nanoTime() + answer.script.interval().toNanos()) / TICK_NANOS;
        arrivals.add(answer);
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void run() {
        long tick = System.nanoTime() / TICK_NANOS;
        while (!Thread.currentThread().isInterrupted()) {
            takeArrivals(tick);
            if (active == 0) {
                sleepUntilAnArrival();
                tick = System.nanoTime() / TICK_NANOS;
                continue;
            }
            for (long now = System.nanoTime() / TICK_NANOS; tick <= now; tick++) {
                fire(tick);
            }
            LockSupport.parkNanos(nextFull(tick) * TICK_NANOS - System.nanoTime());
        }
    }

    /** The next tick with something to do: waking up for nothing is what costs most with few streams. */
    private long nextFull(long tick) {
        long next = tick;
        while (next < tick + LONGEST_SLEEP_TICKS && wheel[slot(next)] == null) {
            next++;
        }
        return next;
    }

    private void takeArrivals(long tick) {
        for (PacedAnswer answer = arrivals.poll(); answer != null; answer = arrivals.poll()) {
            active++;
            place(answer, tick);
        }
    }

    private void sleepUntilAnArrival() {
        asleep = true;
        while (arrivals.isEmpty() && !Thread.currentThread().isInterrupted()) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    private void place(PacedAnswer answer, long tick) {
        answer.dueTick = Math.max(answer.dueTick, tick);
        int slot = slot(answer.dueTick);
        answer.nextInSlot = wheel[slot];
        wheel[slot] = answer;
    }

    private void fire(long tick) {
        PacedAnswer answer = wheel[slot(tick)];
        wheel[slot(tick)] = null;
        while (answer != null) {
            PacedAnswer following = answer.nextInSlot;
            if (answer.dueTick > tick || continues(answer, tick)) {
                place(answer, tick + 1);
            } else {
                active--;
            }
            answer = following;
        }
    }

    private boolean continues(PacedAnswer answer, long tick) {
        if (answer.ended) {
            return false;
        }
        try {
            send(answer, tick);
            return !answer.ended;
        } catch (IOException e) {
            // The thread that reads sees the same end, and counts it.
            return false;
        }
    }

    private void send(PacedAnswer answer, long tick) throws IOException {
        ByteBuffer unsent = answer.unsent;
        if (unsent == null) {
            sendNext(answer);
        } else {
            answer.channel.write(unsent);
            if (unsent.hasRemaining()) {
                answer.dueTick = tick + 1;
                return;
            }
            answer.unsent = null;
            answer.ended = answer.sent > answer.script.chunks();
        }
        answer.dueTick += Math.max(1, answer.script.interval().toNanos() / TICK_NANOS);
    }

    private void sendNext(PacedAnswer answer) throws IOException {
        boolean last = answer.sent == answer.script.chunks();
        // Before the last write: its reader may ask again before this thread goes on.
        answer.ended = last;
        ByteBuffer bytes = last
                ? answer.wire.last(answer.sent)
                : Objects.requireNonNull(chunks.get(answer.wire)).at(System.nanoTime());
        answer.sent++;
        answer.channel.write(bytes);
        if (bytes.hasRemaining()) {
            counters.stalls.incrementAndGet();
            answer.unsent = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
            answer.ended = false;
        }
    }

    private static int slot(long tick) {
        return (int) (tick & (SLOTS - 1));
    }
}
