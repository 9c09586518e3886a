package io.caravan.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The events of a {@code text/event-stream} that hold data, each as a range of bytes that is valid until the next is
 * asked for. Follows the HTML standard (section 9.2), with two additions for servers that leave it:
 *
 * <ul>
 *   <li>a line {@code error: ...} is data of an event named {@code error} (llama.cpp of early 2025);
 *   <li>lines that can be no field, because they begin with neither a letter nor a colon, are handed out as one
 *       {@linkplain #isRaw() raw} block, up to a blank line or the end: a JSON document, or the page of a proxy.
 * </ul>
 *
 * <p>Never reads while a whole event is there. Errors are the stream's own {@code IOException}, and a
 * {@code StreamException} for an event over the limit. Not thread-safe.
 */
public final class SseEvents {

    private static final byte[] DATA = "data".getBytes(ISO_8859_1);
    private static final byte[] EVENT = "event".getBytes(ISO_8859_1);
    private static final byte[] ERROR = "error".getBytes(ISO_8859_1);

    private final ByteLines lines;
    private String name = "";
    private int length;
    private long number;
    private boolean begun;
    private boolean raw;
    private boolean cutOff;

    /** @param limit of a line, and of an event's lines together, in bytes */
    public SseEvents(InputStream in, int limit) {
        this.lines = new ByteLines(in, limit, true);
    }

    /** Goes to the next event that has data; false at the end of the stream. */
    public boolean next() throws IOException {
        clear();
        while (lines.next()) {
            if (lines.start() == lines.end()) {
                if (length > 0) {
                    return true;
                }
                clear();
            } else if (raw || startsRawBlock()) {
                addRaw();
            } else if (lines.terminated()) {
                addField();
            } else {
                cutOff = true;
            }
        }
        cutOff |= begun && !raw;
        return raw;
    }

    /**
     * Goes to the next event that has data; false at the end of the stream, and where it breaks although all that
     * matters of it has come.
     *
     * @param whole whether that is so
     */
    public boolean next(boolean whole) throws IOException {
        try {
            return next();
        } catch (IOException | StreamException | UnavailableException e) {
            if (whole) {
                return false;
            }
            throw e;
        }
    }

    /** Reads and forgets what is left of the stream, but not much more than {@code most} bytes. */
    public void drain(int most) throws IOException {
        lines.drain(most);
    }

    /** What the {@code event} field says; empty without one. */
    public String name() {
        return name;
    }

    /** Whether these are lines that are no event at all. */
    public boolean isRaw() {
        return raw;
    }

    /** Whether the stream ended inside an event, which is dropped then. */
    public boolean isCutOff() {
        return cutOff;
    }

    /** The failure it is that the stream has ended here. */
    public StreamException cutShort() {
        String where = cutOff ? ", inside an event" : ", before its end";
        return StreamException.interrupted("The answer ended at line " + number() + where, null);
    }

    /** The bytes the event's data is a range of; not to be changed. */
    public byte[] bytes() {
        return lines.bytes();
    }

    /** Where in {@link #bytes()} the data begins. */
    public int from() {
        return lines.held();
    }

    /** How many bytes the data has; several {@code data} lines are joined by LF. */
    public int length() {
        return length;
    }

    /** The data in bytes that stay valid. */
    public byte[] copy() {
        return Arrays.copyOfRange(bytes(), from(), from() + length);
    }

    /** The number of the line the event's data begins at, from 1; of the last line where there is no event. */
    public long number() {
        return begun || raw ? number : lines.number();
    }

    private void clear() {
        lines.release();
        name = "";
        length = 0;
        begun = false;
        raw = false;
    }

    private boolean startsRawBlock() {
        int first = lines.bytes()[lines.start()];
        return !begun && first != ':' && !isLetter(first);
    }

    private static boolean isLetter(int b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
    }

    private void addRaw() {
        if (!raw) {
            raw = true;
            number = lines.number();
            lines.hold(lines.start());
        }
        length = lines.end() - lines.held();
    }

    private void addField() {
        int colon = colon();
        if (isField(DATA, colon)) {
            addData(valueAfter(colon));
        } else if (isField(EVENT, colon)) {
            int value = valueAfter(colon);
            name = new String(lines.bytes(), value, lines.end() - value, UTF_8);
        } else if (isField(ERROR, colon)) {
            name = "error";
            addData(valueAfter(colon));
        }
    }

    private int colon() {
        byte[] bytes = lines.bytes();
        int i = lines.start();
        while (i < lines.end() && bytes[i] != ':') {
            i++;
        }
        return i;
    }

    private boolean isField(byte[] field, int colon) {
        return Arrays.equals(lines.bytes(), lines.start(), colon, field, 0, field.length);
    }

    private int valueAfter(int colon) {
        int value = Math.min(colon + 1, lines.end());
        return value < lines.end() && lines.bytes()[value] == ' ' ? value + 1 : value;
    }

    /** Further lines of data move up to the first, in place: each left more bytes behind than the LF needs. */
    private void addData(int value) {
        int size = lines.end() - value;
        if (!begun) {
            begun = true;
            number = lines.number();
            lines.hold(value);
            length = size;
            return;
        }
        int target = lines.held() + length;
        lines.bytes()[target] = '\n';
        System.arraycopy(lines.bytes(), value, lines.bytes(), target + 1, size);
        length += 1 + size;
    }
}
