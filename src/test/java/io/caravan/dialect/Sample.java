package io.caravan.dialect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** An answer in a format we have no recording of, written after its documentation. */
public final class Sample {

    private Sample() {}

    /** The body, byte by byte as it is in the file. */
    public static byte[] of(String name) {
        String resource = "/samples/" + name;
        try (InputStream in = Objects.requireNonNull(Sample.class.getResourceAsStream(resource), resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
