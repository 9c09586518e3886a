package io.caravan.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.failure.RejectedException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a batch file, read one after another, so that a long file takes no more memory than a short one. Blank lines
 * count, and are left out. Whatever is wrong with a line is refused with its number. Not thread-safe.
 */
public final class BatchLines implements Iterator<BatchLine>, Closeable {

    private static final int LONGEST = 4 * 1024 * 1024;
    private static final int CHUNK = 64 * 1024;

    private final InputStream in;
    private final byte[] chunk = new byte[CHUNK];
    private int position;
    private int filled;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int number;
    private @Nullable BatchLine ahead;

    private BatchLines(InputStream in) {
        this.in = in;
    }

    /** The lines of this file, from its first on. */
    public static BatchLines of(Path file) throws IOException {
        return of(Files.newInputStream(file));
    }

    static BatchLines of(InputStream in) {
        return new BatchLines(in);
    }

    @Override
    public boolean hasNext() {
        if (ahead == null) {
            ahead = read();
        }
        return ahead != null;
    }

    @Override
    public BatchLine next() {
        BatchLine next = peek();
        ahead = null;
        return next;
    }

    /** The next line, which stays the next. */
    BatchLine peek() {
        if (!hasNext() || ahead == null) {
            throw new NoSuchElementException();
        }
        return ahead;
    }

    private @Nullable BatchLine read() {
        try {
            while (readLine()) {
                String text = text();
                if (!text.isBlank()) {
                    return new BatchLine(number, Envelope.customId(text, number), text);
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException("the batch file cannot be read", e);
        }
    }

    /** Reads the bytes of the next line; false at the end of the file. */
    private boolean readLine() throws IOException {
        line.reset();
        number++;
        while (position < filled || fill()) {
            int end = position;
            while (end < filled && chunk[end] != '\n') {
                end++;
            }
            line.write(chunk, position, end - position);
            if (line.size() > LONGEST) {
                throw refused(number, "it is longer than 4 MiB");
            }
            position = end + 1;
            if (end < filled) {
                return true;
            }
        }
        return line.size() > 0;
    }

    private boolean fill() throws IOException {
        position = 0;
        filled = Math.max(0, in.read(chunk));
        return filled > 0;
    }

    private String text() {
        try {
            String text = UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(line.toByteArray()))
                    .toString();
            return number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw refused(number, "it is not a text in UTF-8");
        }
    }

    static RejectedException refused(int line, String why) {
        return RejectedException.invalid("line " + line + ": " + why);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
