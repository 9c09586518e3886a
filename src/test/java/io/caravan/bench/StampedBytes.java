package io.caravan.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Bytes prepared once, in which only the send time changes: an {@code @}, then 16 digits of {@link System#nanoTime()},
 * which all processes of one Linux machine share. Not thread-safe; the buffer is used again by the next call.
 */
final class StampedBytes {

    static final String MARK = "@0000000000000000 ";
    private static final int DIGITS = 16;

    private final ByteBuffer bytes;
    private final int lastDigit;

    StampedBytes(String text) {
        byte[] ascii = text.getBytes(US_ASCII);
        this.bytes = ByteBuffer.allocateDirect(ascii.length).put(ascii);
        this.lastDigit = text.indexOf(MARK) + DIGITS;
    }

    ByteBuffer at(long nanos) {
        long rest = nanos;
        for (int i = 0; i < DIGITS; i++) {
            bytes.put(lastDigit - i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
        return bytes.rewind();
    }
}
