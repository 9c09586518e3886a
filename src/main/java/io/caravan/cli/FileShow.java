package io.caravan.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Drops a prompt into the inbox and prints its answer while it grows in the outbox. */
final class FileShow {

    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(60);

    private final Path outbox;
    private final Path failed;
    private final String base;
    private int shown;

    private FileShow(Path workDir, String base) {
        this.outbox = workDir.resolve("outbox");
        this.failed = workDir.resolve("failed");
        this.base = base;
    }

    /** Returns when the answer is whole. */
    static void ask(Path workDir, String name, String prompt) throws FailedCommand {
        String base = name.substring(0, name.lastIndexOf('.'));
        FileShow show = new FileShow(workDir, base);
        try {
            Files.createDirectories(show.outbox);
            Files.createDirectories(show.failed);
            long before = show.answers();
            Path unfinished = workDir.resolve(name);
            Files.writeString(unfinished, prompt);
            Files.move(unfinished, workDir.resolve("inbox").resolve(name), StandardCopyOption.ATOMIC_MOVE);
            Terminal.say("> " + prompt + "   (" + workDir.resolve("inbox").resolve(name) + ")");
            show.follow(before);
        } catch (IOException e) {
            throw new FailedCommand("the file door cannot be shown: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(long before) throws IOException, InterruptedException, FailedCommand {
        long until = System.nanoTime() + LONGEST_WAIT;
        while (answers() == before) {
            newest(".partial").ifPresent(this::showRest);
            if (System.nanoTime() > until) {
                throw new FailedCommand("the file door has not answered; see " + failed);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        Path answer = newest("").orElseThrow();
        showRest(answer);
        Terminal.say("");
        Terminal.say("< " + answer);
    }

    private void showRest(Path file) {
        try {
            String text = Files.readString(file);
            if (text.length() > shown) {
                Terminal.sayOn(text.substring(shown));
                shown = text.length();
            }
        } catch (IOException e) {
            // It was renamed just now: the rest is in the whole answer.
        }
    }

    private long answers() throws IOException {
        try (Stream<Path> files = Files.list(outbox)) {
            return files.filter(file -> named(file, "")).count();
        }
    }

    private Optional<Path> newest(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(outbox)) {
            return files.filter(file -> named(file, suffix))
                    .max((one, other) -> Long.compare(
                            one.toFile().lastModified(), other.toFile().lastModified()));
        }
    }

    private boolean named(Path file, String suffix) {
        return file.getFileName().toString().matches(base + "(-\\d+)?\\.md" + suffix.replace(".", "\\."));
    }
}
