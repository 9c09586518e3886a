package io.caravan.stream;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Random;

/** A stream that hands its bytes out in pieces, as a network does. Counts how often it was asked. */
public final class Pieces extends InputStream {

    /** How many bytes the next read may have at most. */
    public interface Sizes {
        int next(int position);
    }

    private final ByteArrayInputStream bytes;
    private final Sizes sizes;
    private final int total;
    private int reads;
    private boolean closed;

    public Pieces(byte[] bytes, Sizes sizes) {
        this.bytes = new ByteArrayInputStream(bytes);
        this.total = bytes.length;
        this.sizes = sizes;
    }

    /** All at once, as far as the reader has room. */
    public static Pieces whole(byte[] bytes) {
        return new Pieces(bytes, position -> Integer.MAX_VALUE);
    }

    /** In pieces of one size. */
    public static Pieces of(int size, byte[] bytes) {
        return new Pieces(bytes, position -> size);
    }

    /** In two pieces. */
    public static Pieces cutAt(int cut, byte[] bytes) {
        return new Pieces(bytes, position -> position < cut ? cut - position : Integer.MAX_VALUE);
    }

    /** In pieces of random sizes. */
    public static Pieces random(Random random, byte[] bytes) {
        return new Pieces(bytes, position -> 1 + random.nextInt(100));
    }

    @Override
    public int read() {
        reads++;
        return bytes.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        reads++;
        return bytes.read(target, offset, Math.min(length, sizes.next(total - bytes.available())));
    }

    @Override
    public void close() {
        closed = true;
    }

    /** How often it was read from. */
    public int reads() {
        return reads;
    }

    /** How many bytes nobody has read yet. */
    public int left() {
        return bytes.available();
    }

    public boolean isClosed() {
        return closed;
    }
}
