package io.caravan.camel.websocket;

import io.caravan.failure.CancelledException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.VoidChannelPromise;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.vertx.core.Context;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The text messages on their way to one peer, in the order they were sent, at most so many bytes of them.
 *
 * <p>Whatever is sent while the event loop is busy leaves with one flush. Only what the socket will take is handed to
 * it, so that the rest can be given up at once. Any thread may send.
 */
final class Outbox {

    /** What many a client takes as one frame at most. */
    private static final int MAX_FRAME_BYTES = 64 << 10;

    private final ChannelHandlerContext channel;
    private final long maxWaitingBytes;
    private final long graceNanos;
    private final Queue<byte[]> messages = new ConcurrentLinkedQueue<>();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicInteger waitingSenders = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final ChannelPromise unobserved;
    private volatile boolean closed;

    Outbox(ChannelHandlerContext channel, WebSocketSettings settings) {
        this.channel = channel;
        this.unobserved = new VoidChannelPromise(channel.channel(), false);
        this.maxWaitingBytes = settings.maxWaitingBytes();
        this.graceNanos = settings.slowReaderGrace().toNanos();
    }

    /** Takes the message, after a wait if too much waits already; false if the peer has read too little for too long. */
    boolean send(byte[] utf8) {
        if (closed) {
            throw gone();
        }
        if (!reserve(utf8.length) && !awaitRoom(utf8.length)) {
            return false;
        }
        messages.add(utf8);
        schedule();
        return true;
    }

    /** Whether it takes nothing more, since the connection ends. */
    boolean closed() {
        return closed;
    }

    long waitingBytes() {
        return waitingBytes.get();
    }

    /** Goes on where the socket would take no more. Event loop only. */
    void drain() {
        write(false);
    }

    /** Hands over all that waits, and takes nothing more. Event loop only. */
    void finish() {
        write(true);
        abandon();
    }

    /** Gives up what waits, and takes nothing more. Any thread. */
    void abandon() {
        closed = true;
        messages.clear();
        wakeSenders();
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            channel.executor().execute(() -> {
                scheduled.set(false);
                drain();
            });
        }
    }

    private void write(boolean all) {
        if (closed) {
            messages.clear();
            return;
        }
        long bytes = 0;
        for (byte[] next; (all || channel.channel().isWritable()) && (next = messages.poll()) != null; ) {
            bytes += next.length;
            if (messages.isEmpty()) {
                writeMessage(next, released(bytes));
                channel.flush();
                if (!all) {
                    return; // what comes meanwhile has a turn of its own, so that no sender keeps the event loop
                }
                bytes = 0;
            } else {
                writeMessage(next, unobserved);
            }
        }
        if (bytes > 0) {
            // Nothing itself, but it is written when all before it is, and takes the flush along.
            ChannelFuture unused = channel.writeAndFlush(Unpooled.EMPTY_BUFFER, released(bytes));
        }
    }

    private void writeMessage(byte[] utf8, ChannelPromise written) {
        int from = 0;
        do {
            int length = Math.min(MAX_FRAME_BYTES, utf8.length - from);
            boolean end = from + length == utf8.length;
            ByteBuf part = Unpooled.wrappedBuffer(utf8, from, length);
            ChannelFuture unused = channel.write(
                    from == 0 ? new TextWebSocketFrame(end, 0, part) : new ContinuationWebSocketFrame(end, 0, part),
                    end ? written : unobserved);
            from += length;
        } while (from < utf8.length);
    }

    private ChannelPromise released(long bytes) {
        ChannelPromise written = channel.newPromise();
        written.addListener(done -> {
            waitingBytes.addAndGet(-bytes);
            wakeSenders();
        });
        return written;
    }

    // A message longer than the bound may pass when nothing else waits, or it never could.
    private boolean reserve(int bytes) {
        long waiting;
        do {
            waiting = waitingBytes.get();
            if (waiting > 0 && waiting + bytes > maxWaitingBytes) {
                return false;
            }
        } while (!waitingBytes.compareAndSet(waiting, waiting + bytes));
        return true;
    }

    private boolean awaitRoom(int bytes) {
        if (Context.isOnEventLoopThread()) {
            return false;
        }
        long left = graceNanos;
        lock.lock();
        waitingSenders.incrementAndGet();
        try {
            while (!reserve(bytes)) {
                if (closed) {
                    throw gone();
                }
                if (left <= 0) {
                    return false;
                }
                left = room.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("Interrupted while the caller read too slowly", false);
        } finally {
            waitingSenders.decrementAndGet();
            lock.unlock();
        }
    }

    private void wakeSenders() {
        if (waitingSenders.get() > 0) {
            lock.lock();
            try {
                room.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private static CancelledException gone() {
        return new CancelledException("The caller has left", false);
    }
}
