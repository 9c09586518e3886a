package io.caravan.stream;

import io.caravan.failure.StreamException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The lines of a stream, as ranges of one buffer that grows with a long line and shrinks after it. Reads only while the
 * next line is not yet whole, and never waits for more than its end. Not thread-safe.
 */
final class ByteLines {

    /** What thousands of open streams hold each; a line of an answer is a tenth of it. */
    private static final int SMALL = 2048;

    private static final int LARGE = 4 * SMALL;
    private static final int NOTHING = -1;

    private final InputStream in;
    private final int limit;
    private final boolean carriageReturnEndsLine;

    private byte[] buffer = new byte[SMALL];
    private int filled;
    private int held = NOTHING;
    private int start;
    private int end;
    private int next;
    private boolean terminated;
    private boolean skipLineFeed;
    private long number;

    /** @param limit in bytes, of a line or of all that is held at once */
    ByteLines(InputStream in, int limit, boolean carriageReturnEndsLine) {
        this.in = in;
        this.limit = limit;
        this.carriageReturnEndsLine = carriageReturnEndsLine;
    }

    /** Goes to the next line. The range of the one before is void unless it is held. False at the end of the stream. */
    boolean next() throws IOException {
        start = next;
        int scanned = 0;
        do {
            skipSecondHalfOfLineEnd();
            int lineEnd = lineEnd(start + scanned);
            if (lineEnd < filled) {
                return found(lineEnd);
            }
            scanned = filled - start;
        } while (fill());
        return rest();
    }

    /** Stretches the current line to the end of the stream, line ends included. */
    void extendToEnd() throws IOException {
        boolean more = true;
        while (more) {
            more = fill();
        }
        end = filled;
        next = filled;
    }

    /** Keeps the bytes from {@code index} on, whatever is read, until {@link #release()}. */
    void hold(int index) {
        held = index;
    }

    void release() {
        held = NOTHING;
    }

    /** Where the held bytes begin now: reading moves them. */
    int held() {
        return held;
    }

    byte[] bytes() {
        return buffer;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Whether the line had its end, or the stream ended within it. */
    boolean terminated() {
        return terminated;
    }

    /** The number of the current line, from 1. */
    long number() {
        return number;
    }

    /** Reads and forgets what is left, but not much more than {@code most} bytes. */
    void drain(int most) throws IOException {
        int count = 0;
        int read;
        while (count <= most && (read = in.read(buffer, 0, buffer.length)) >= 0) {
            count += read;
        }
        filled = 0;
        next = 0;
    }

    /** The first line end from {@code index} on; {@code filled} without one. */
    private int lineEnd(int index) {
        byte[] bytes = buffer;
        int i = index;
        while (i < filled && bytes[i] != '\n' && (bytes[i] != '\r' || !carriageReturnEndsLine)) {
            i++;
        }
        return i;
    }

    /** The line was handed out at its CR; whether a LF belongs to it shows only now. */
    private void skipSecondHalfOfLineEnd() {
        if (skipLineFeed && start < filled) {
            skipLineFeed = false;
            if (buffer[start] == '\n') {
                start++;
            }
        }
    }

    private boolean found(int lineEnd) {
        skipLineFeed = buffer[lineEnd] == '\r';
        begin(lineEnd, lineEnd + 1);
        terminated = true;
        return true;
    }

    private boolean rest() {
        if (start == filled) {
            next = filled;
            return false;
        }
        begin(filled, filled);
        terminated = false;
        return true;
    }

    private void begin(int lineEnd, int behind) {
        checkLimit(lineEnd - first());
        number++;
        end = lineEnd;
        next = behind;
        if (number == 1 && startsWithByteOrderMark()) {
            start += 3;
        }
    }

    private boolean startsWithByteOrderMark() {
        return end - start >= 3
                && buffer[start] == (byte) 0xEF
                && buffer[start + 1] == (byte) 0xBB
                && buffer[start + 2] == (byte) 0xBF;
    }

    private int first() {
        return held == NOTHING ? start : held;
    }

    private boolean fill() throws IOException {
        int kept = filled - first();
        checkLimit(kept);
        makeRoom(kept);
        int read = in.read(buffer, filled, buffer.length - filled);
        filled += Math.max(read, 0);
        return read >= 0;
    }

    private void checkLimit(int size) {
        if (size > limit) {
            throw StreamException.protocol(
                    "Line " + (number + 1) + " of the answer is longer than " + limit + " bytes", null);
        }
    }

    private void makeRoom(int kept) {
        if (buffer.length > LARGE && kept < SMALL) {
            move(new byte[SMALL], kept);
        } else if (kept == 0 || (buffer.length - filled < SMALL / 4 && kept <= buffer.length / 2)) {
            move(buffer, kept);
        } else if (filled == buffer.length) {
            int doubled = (int) Math.min(2L * buffer.length, limit + 1L);
            move(new byte[Math.max(doubled, kept + 1)], kept);
        }
    }

    private void move(byte[] target, int kept) {
        int by = first();
        System.arraycopy(buffer, by, target, 0, kept);
        buffer = target;
        filled = kept;
        start -= by;
        end -= by;
        next -= by;
        if (held != NOTHING) {
            held = 0;
        }
    }
}
