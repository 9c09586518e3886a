package io.caravan.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Tells one content of a file from another that was written over it. */
public final class FileVersion {

    private FileVersion() {}

    /** The same as long as nobody writes into the file. */
    public static String of(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return attributes.size() + " " + attributes.lastModifiedTime() + " " + attributes.fileKey();
    }

    /** Whether the file holds something else than this version; one that was taken away holds nothing else. */
    public static boolean changed(Path file, String version) throws IOException {
        try {
            return !of(file).equals(version);
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
