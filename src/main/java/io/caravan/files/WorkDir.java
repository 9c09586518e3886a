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
import org.jspecify.annotations.Nullable;

/** The work dir, locked: two programs in one would take each other's files. The lock goes with the process. */
public final class WorkDir implements AutoCloseable {

    private static final String LOCK = ".lock";

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
        FileChannel channel;
        try {
            Files.createDirectories(folder.resolve("inbox"));
            channel = FileChannel.open(
                    folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("caravan.work-dir: cannot write in " + folder.toAbsolutePath() + " (" + e + ")", e);
        }
        if (tryLock(channel) == null) {
            String owner = read(channel);
            channel.close();
            throw new IOException("caravan.work-dir: " + folder.toAbsolutePath() + " is in use by process " + owner
                    + "; end it, or choose another folder");
        }
        channel.truncate(0);
        channel.write(
                ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(UTF_8)), 0);
        return new WorkDir(channel);
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        return new String(text.array(), 0, text.position(), UTF_8).trim();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
