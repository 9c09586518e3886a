package io.caravan.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** A folder in which no name is given twice: {@code NAME.md}, then {@code NAME-2.md}. Thread-safe. */
final class Folder {

    private final Path path;
    private final Set<String> promised = new HashSet<>();

    Folder(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** A name that neither a file has nor anybody was promised; it is kept until {@link #release}. */
    synchronized String promise(String base, String extension) {
        make();
        for (int n = 1; ; n++) {
            String name = base + (n == 1 ? "" : "-" + n) + extension;
            if (!Files.exists(path.resolve(name)) && promised.add(name)) {
                return name;
            }
        }
    }

    /** The name has been used, or never will be. */
    synchronized void release(String name) {
        promised.remove(name);
    }

    /**
     * Sees that it is there and can be written.
     *
     * @throws StorageException if not
     */
    void make() {
        try {
            Files.createDirectories(path);
            if (!Files.isWritable(path)) {
                throw new IOException("not writable");
            }
        } catch (IOException e) {
            throw new StorageException("cannot create the folder " + path, e);
        }
    }
}
