package io.caravan.llm;

import io.caravan.limit.Deadlines;
import io.caravan.limit.Times;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Times the silence of a server, before its answer begins and within it. While its answer is not read, because a chunk
 * before is still on its way to whoever wants it, a server cannot be silent. Thread-safe.
 */
public final class Silence {

    private final Deadlines deadlines;
    private final Duration beforeFirstByte;
    private final Duration betweenBytes;
    private final Consumer<String> tooLong;

    private volatile long lastByteAt = System.nanoTime();
    private volatile boolean bytesCame;
    private volatile @Nullable Future<?> timer;
    private volatile boolean paused;
    private volatile boolean ended;

    /** @param tooLong gets the limit that was reached, and the name of its setting */
    Silence(Deadlines deadlines, Duration beforeFirstByte, Duration betweenBytes, Consumer<String> tooLong) {
        this.deadlines = deadlines;
        this.beforeFirstByte = beforeFirstByte;
        this.betweenBytes = betweenBytes;
        this.tooLong = tooLong;
    }

    /** From here on it is timed. */
    void begin() {
        listen(beforeFirstByte);
    }

    /** Bytes of the answer came: silence is timed anew. */
    public void heard() {
        lastByteAt = System.nanoTime();
        if (!bytesCame) {
            bytesCame = true;
            cancel(timer);
            listen(betweenBytes);
        }
    }

    /** The answer is not read for now. */
    void pause() {
        paused = true;
    }

    /** It is read again: silence is timed anew. */
    void resume() {
        lastByteAt = System.nanoTime();
        paused = false;
    }

    /** It is timed no more. */
    void end() {
        ended = true;
        cancel(timer);
    }

    private void listen(Duration time) {
        timer = deadlines.after(time, this::check);
        if (ended) {
            cancel(timer);
        }
    }

    private void check() {
        Duration limit = bytesCame ? betweenBytes : beforeFirstByte;
        Duration left = paused ? limit : limit.minusNanos(System.nanoTime() - lastByteAt);
        if (ended) {
            return;
        }
        if (!left.isNegative() && !left.isZero()) {
            listen(left);
            return;
        }
        tooLong.accept(Times.plain(limit) + (bytesCame ? " (idle-timeout)" : " (first-byte-timeout)"));
    }

    private static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
