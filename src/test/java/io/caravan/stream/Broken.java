package io.caravan.stream;

import java.io.IOException;
import java.io.InputStream;

/** A connection that is reset. */
public final class Broken extends InputStream {

    @Override
    public int read() throws IOException {
        throw new IOException("Connection reset");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        throw new IOException("Connection reset");
    }
}
