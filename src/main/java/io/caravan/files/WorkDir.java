package io.caravan.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The work dir, locked: two programs in one would take each other's files. The lock goes with the process. */
public final class WorkDir implements AutoCloseable {

    private static final String LOCK = ".lock";
    private static final int LONGEST_OWNER = 40;

    /** What the program that has a work dir does with the files in its inbox. */
    public enum Owner {
        TAKES_FILES,
        TAKES_NOTHING
    }

    /** Who has a work dir. */
    public record Owned(String process, Owner owner) {}

    private final FileChannel channel;

    private WorkDir(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Makes the folder if it is not there, and locks it.
     *
     * @throws IOException with one line to print, if another process has it or it cannot be written
     */
    public static WorkDir lock(Path folder) throws IOException {
        return lock(folder, Owner.TAKES_FILES);
    }

    /** The same, for a program that may leave the inbox alone. */
    public static WorkDir lock(Path folder, Owner as) throws IOException {
        FileChannel channel;
        try {
            Files.createDirectories(folder.resolve("inbox"));
            channel = FileChannel.open(
                    folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("caravan.work-dir: cannot write in " + folder.toAbsolutePath() + " (" + e + ")", e);
        }
        if (tryLock(channel) == null) {
            String owner = read(channel).process();
            channel.close();
            throw new IOException("caravan.work-dir: " + folder.toAbsolutePath() + " is in use by process " + owner
                    + "; end it, or choose another folder");
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + " " + as).getBytes(UTF_8)), 0);
        return new WorkDir(channel);
    }

    /** Who has this work dir now; nobody, if it is free. */
    public static Optional<Owned> owner(Path folder) throws IOException {
        Path lock = folder.resolve(LOCK);
        if (!Files.exists(lock)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return tryLock(channel) == null ? Optional.of(read(channel)) : Optional.empty();
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static Owned read(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_OWNER);
        channel.read(text, 0);
        String[] words =
                new String(text.array(), 0, text.position(), UTF_8).trim().split(" ", 2);
        boolean takesNothing = words.length > 1 && words[1].equals(Owner.TAKES_NOTHING.name());
        return new Owned(words[0], takesNothing ? Owner.TAKES_NOTHING : Owner.TAKES_FILES);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
