package io.caravan.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A text that outlives the process, whatever ends it. Not thread-safe. */
public final class Reminder {

    private final Path file;

    public Reminder(Path file) {
        this.file = file;
    }

    /** What was written last, if it was not taken back. */
    public Optional<String> read() {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException(file + " cannot be read", e);
        }
    }

    /** Is on the disk when this returns. */
    public void write(String text) {
        try {
            Durable.write(file, text.getBytes(UTF_8));
        } catch (IOException e) {
            throw new StorageException(file + " cannot be written", e);
        }
    }

    /** Takes it back. */
    public void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new StorageException(file + " cannot be removed", e);
        }
    }
}
