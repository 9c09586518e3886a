package io.caravan.camel.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a folder holds, looked at again and again for little: the names are listed anew only where the folder says that
 * some came or went; otherwise each file is asked for its state. Not thread-safe.
 */
final class FolderListing {

    /** The coarsest clock of a file system, and some more: a younger change may hide another of the same time. */
    private static final long CLOCK_MILLIS = TimeUnit.SECONDS.toMillis(3);

    private final Path folder;
    private List<Path> names = List.of();
    private @Nullable FileTime listed;

    FolderListing(Path folder) {
        this.folder = folder;
    }

    /** Two equal stamps: nobody has written the file in between, nor put another one in its place. */
    record Stamp(long size, FileTime modified, @Nullable Object key) {}

    /**
     * Each regular file with its state, by name.
     *
     * @throws IOException if the folder cannot be read
     */
    Map<Path, Stamp> look() throws IOException {
        FileTime modified = Files.getLastModifiedTime(folder);
        if (!modified.equals(listed)) {
            boolean settled = modified.toMillis() < System.currentTimeMillis() - CLOCK_MILLIS;
            try (Stream<Path> entries = Files.list(folder)) {
                names = entries.sorted().toList();
            }
            listed = settled ? modified : null;
        }
        Map<Path, Stamp> files = new LinkedHashMap<>();
        for (Path file : names) {
            try {
                BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
                if (found.isRegularFile()) {
                    files.put(file, new Stamp(found.size(), found.lastModifiedTime(), found.fileKey()));
                }
            } catch (NoSuchFileException e) {
                listed = null; // gone between the listing and the look at it
            }
        }
        return files;
    }
}
