package io.caravan.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** A client that costs as little as possible: one thread keeps all streams alive and notes when each chunk comes. */
final class Load implements Connection.Events {

    private static final long RETRY_NANOS = 500_000_000L;

    /** Streams that wait to be opened again after a failure; the pause is the same for all, so they stay in order. */
    private record Retry(long at, Runnable opening) {}

    private final Target target;
    private final Work work;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private final byte[] bytes = new byte[1 << 21];
    private final ArrayDeque<Retry> retries = new ArrayDeque<>();
    private final List<List<LoadStream>> groups;
    private final Samples delay = new Samples();
    private final Samples firstChunk = new Samples();
    private long now = System.nanoTime();
    private int opened;
    private long chunks;
    private int answers;
    private long errors;
    private String firstError = "";

    private Load(Target target, Work work) throws IOException {
        this.target = target;
        this.work = work;
        this.selector = Selector.open();
        int together = target.protocol() == Target.Protocol.CARAVAN ? work.perConnection() : 1;
        this.groups = IntStream.range(0, (work.streams() + together - 1) / together)
                .mapToObj(group -> IntStream.range(group * together, Math.min(work.streams(), (group + 1) * together))
                        .mapToObj(LoadStream::new)
                        .toList())
                .toList();
    }

    /**
     * Does the work; {@code before} and {@code after} run at the bounds of the measured time, the former on a thread of its
     * own: what comes meanwhile would else be late on its account.
     */
    static Outcome run(Target target, Work work, Runnable before, Runnable after) throws IOException {
        System.gc(); // now, and with enough room not again before the end
        return new Load(target, work).run(before, after);
    }

    private Outcome run(Runnable before, Runnable after) throws IOException {
        long start = System.nanoTime();
        long[] openings = new Random(1)
                .longs(groups.size(), 0, Math.max(1, work.ramp().toNanos()))
                .sorted()
                .toArray();
        try {
            long from = start + work.ramp().toNanos() + work.warmUp().toNanos();
            turn(start, openings, from);
            aside(start, openings, before);
            forget();
            long began = System.nanoTime();
            turn(start, openings, began + work.measured().toNanos());
            double seconds = (System.nanoTime() - began) / 1e9;
            after.run();
            return outcome(seconds);
        } finally {
            selector.keys().forEach(key -> ((Connection) key.attachment()).close());
            selector.close();
        }
    }

    /**
     * Begins the measured time. Everything is noted from the first chunk on and then dropped, so that the virtual machine
     * finds nothing new to compile at that moment.
     */
    private void forget() {
        delay.clear();
        firstChunk.clear();
        chunks = 0;
        answers = 0;
        groups.forEach(group -> group.forEach(stream -> stream.servedInTime = false));
    }

    private Outcome outcome(double seconds) {
        int starved = (int) groups.stream()
                .flatMap(List::stream)
                .filter(stream -> !stream.servedInTime)
                .count();
        return new Outcome(chunks / seconds, chunks, answers, delay, firstChunk, errors, starved, firstError);
    }

    /** Goes on while the observation is made on another thread. */
    private void aside(long start, long[] openings, Runnable observation) throws IOException {
        CompletableFuture<Void> done = CompletableFuture.runAsync(observation);
        while (!done.isDone()) {
            turn(start, openings, System.nanoTime() + 1_000_000);
        }
        done.join();
    }

    private void turn(long start, long[] openings, long until) throws IOException {
        for (now = System.nanoTime(); now < until; now = System.nanoTime()) {
            while (opened < openings.length && start + openings[opened] <= now) {
                open(groups.get(opened++));
            }
            while (!retries.isEmpty() && retries.peek().at() <= now) {
                retries.remove().opening().run();
            }
            boolean soon = opened < openings.length || !retries.isEmpty();
            long wait = soon ? 1 : Math.max(1, (until - now) / 1_000_000);
            selector.select(this::handle, Math.min(wait, 100));
        }
    }

    private void open(List<LoadStream> streams) {
        try {
            new Connection(target, streams, this, selector);
        } catch (IOException | Decoder.ProtocolException e) {
            broken(streams, e);
        }
    }

    private void handle(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isConnectable()) {
                connection.finishConnecting(key);
            } else {
                connection.read(buffer, bytes);
            }
        } catch (IOException | Decoder.ProtocolException e) {
            connection.close();
            broken(connection.streams(), e);
        }
    }

    private void broken(List<LoadStream> streams, Exception cause) {
        error(streams.size(), String.valueOf(cause.getMessage()));
        retries.add(new Retry(now + RETRY_NANOS, () -> open(streams)));
    }

    private void error(int count, String why) {
        if (errors == 0) {
            firstError = why;
        }
        errors += count;
    }

    @Override
    public void chunk(LoadStream stream, long sentAt) {
        long arrived = System.nanoTime();
        delay.add(arrived - sentAt);
        chunks++;
        stream.servedInTime = true;
        if (stream.seen == 0) {
            firstChunk.add(arrived - stream.askedAt);
        }
        stream.seen++;
    }

    @Override
    public void ended(Connection connection, LoadStream stream) {
        if (stream.seen != work.script().chunks()) {
            error(
                    1,
                    "an answer of " + stream.seen + " chunks instead of "
                            + work.script().chunks());
        }
        answers++;
        connection.ask(stream);
    }

    @Override
    public void failed(Connection connection, LoadStream stream, String why) {
        error(1, why);
        retries.add(new Retry(now + RETRY_NANOS, () -> askAgain(connection, stream)));
    }

    private static void askAgain(Connection connection, LoadStream stream) {
        try {
            connection.ask(stream);
        } catch (Decoder.ProtocolException e) {
            // The connection has ended since; its streams were opened again then.
        }
    }
}
