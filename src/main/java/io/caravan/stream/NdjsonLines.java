package io.caravan.stream;

import java.io.IOException;
import java.io.InputStream;

/**
 * The lines of an NDJSON stream that hold anything, each as a range of bytes that is valid until the next is asked for.
 *
 * <p>Only LF ends a line, so that U+2028 stays data; a line the stream ends in counts too. Never reads while a whole
 * line is there. Errors are the stream's own {@code IOException}, and a {@code StreamException} for a line over the
 * limit. Not thread-safe.
 */
public final class NdjsonLines {

    private final ByteLines lines;

    /** @param limit of a line, in bytes */
    public NdjsonLines(InputStream in, int limit) {
        this.lines = new ByteLines(in, limit, false);
    }

    /** Goes to the next line that is not blank; false at the end of the stream. */
    public boolean next() throws IOException {
        while (lines.next()) {
            if (!isBlank()) {
                return true;
            }
        }
        return false;
    }

    /** Makes all that is left of the stream part of this line: for a document written over several lines. */
    public void extendToEnd() throws IOException {
        lines.extendToEnd();
    }

    /** Reads and forgets what is left of the stream, but not much more than {@code most} bytes. */
    public void drain(int most) throws IOException {
        lines.drain(most);
    }

    /** The bytes the line is a range of; not to be changed. */
    public byte[] bytes() {
        return lines.bytes();
    }

    /** Where in {@link #bytes()} the line begins. */
    public int from() {
        return lines.start();
    }

    /** How many bytes the line has, its LF not counted. */
    public int length() {
        return lines.end() - lines.start();
    }

    /** The number of the line, from 1, blank ones counted. */
    public long number() {
        return lines.number();
    }

    private boolean isBlank() {
        byte[] bytes = lines.bytes();
        for (int i = lines.start(); i < lines.end(); i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }
}
