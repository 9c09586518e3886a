package io.caravan.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether the work dir can be written at this moment, found out by writing. Thread-safe. */
public final class WorkDirCheck {

    private static final List<String> FOLDERS = List.of("inbox", "outbox", "done", "failed");

    /** More than what a full disk has left in the last block of anything. */
    private static final int PROBE = 64 * 1024;

    private final Path folder;

    public WorkDirCheck(Path folder) {
        this.folder = folder;
    }

    /** What is wrong, in one line; nothing if all is well. */
    public Optional<String> problem() {
        for (String name : FOLDERS) {
            Path inside = folder.resolve(name);
            if (Files.exists(inside) && !(Files.isDirectory(inside) && Files.isWritable(inside))) {
                return Optional.of(words(inside, "cannot be written: it is no folder, or it is write-protected"));
            }
        }
        try {
            Path probe = Files.createTempFile(folder, ".health", "");
            try {
                Files.write(probe, new byte[PROBE]);
            } finally {
                Files.delete(probe);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(words(folder, "cannot be written: " + reason(e)));
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "access is denied";
        } else if (e instanceof NoSuchFileException) {
            return "it is not there";
        }
        String reason = e instanceof FileSystemException said ? said.getReason() : e.getMessage();
        return String.valueOf(reason == null ? e.getClass().getSimpleName() : reason);
    }

    private static String words(Path path, String what) {
        return "caravan.work-dir: " + path.toAbsolutePath() + " " + what;
    }
}
