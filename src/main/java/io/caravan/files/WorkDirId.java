package io.caravan.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** What tells a work dir from those of other machines in a database that they share. */
public final class WorkDirId {

    private WorkDirId() {}

    /** The id of a work dir; made up where it has none yet, and kept in it. */
    public static String of(Path workDir) {
        Path file = workDir.resolve(".id");
        try {
            if (!Files.exists(file)) {
                Durable.write(file, UUID.randomUUID().toString().getBytes(UTF_8));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StorageException("caravan.work-dir: cannot write " + file, e);
        }
    }
}
