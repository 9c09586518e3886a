package io.caravan.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are on the disk, and not only in its cache, before anybody hears of them. */
public final class Durable {

    private Durable() {}

    /** Writes the file whole: it is there with all of its content, or not at all. */
    static void write(Path file, byte[] content) throws IOException {
        Path unfinished = unfinished(file);
        Files.write(unfinished, content);
        rename(unfinished, file);
    }

    /** What a file is called until it is whole. */
    public static Path unfinished(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".unfinished");
    }

    /** Gives a file its final name; whatever had that name is replaced. */
    public static void rename(Path from, Path to) throws IOException {
        force(from, StandardOpenOption.WRITE);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        force(folder(to), StandardOpenOption.READ);
    }

    private static Path folder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? file.getRoot() : folder;
    }

    private static void force(Path path, StandardOpenOption mode) throws IOException {
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }
}
