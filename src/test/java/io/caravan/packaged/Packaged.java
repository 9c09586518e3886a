package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that was started with the launcher: what it prints, and how it ends. */
final class Packaged implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("is ready on (ws\\S+)");

    private final List<String> command;
    private final Process process;
    private final Path output;
    private final Path errors;

    private Packaged(List<String> command, Process process, Path output, Path errors) {
        this.command = command;
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    static Packaged start(ProcessBuilder builder, Path folder, String name) {
        Path output = folder.resolve(name + ".out");
        Path errors = folder.resolve(name + ".err");
        if (builder.directory() == null) {
            builder.directory(folder.toFile());
        }
        try {
            return new Packaged(
                    List.copyOf(builder.command()),
                    builder.redirectOutput(output.toFile())
                            .redirectError(errors.toFile())
                            .start(),
                    output,
                    errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when it says that it is ready. */
    Packaged ready() {
        await().failFast("the program has ended", () -> !process.isAlive()).until(this::isReady);
        return this;
    }

    boolean isReady() {
        return READY.matcher(output()).find();
    }

    /** Where its WebSocket door is. */
    String url() {
        Matcher ready = READY.matcher(output());
        assertThat(ready.find()).as("ready: %s", output()).isTrue();
        return ready.group(1);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    String output() {
        return Site.read(output);
    }

    /** The lines on standard error. */
    List<String> errors() {
        return Site.read(errors).lines().toList();
    }

    /** Sends a signal by its name, such as TERM. */
    void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
            assertThat(kill.waitFor()).as("kill -%s", signal).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends it with signal 9. */
    void kill() {
        signal("KILL");
        exitCode();
    }

    /** Waits for its end. */
    int exitCode() {
        return exitCode(Patience.LONGEST);
    }

    int exitCode(Duration longest) {
        try {
            assertThat(process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS))
                    .as("has ended within %s", longest)
                    .isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its command and all that it printed, to go with a failure. */
    Throwable account() {
        return new Throwable("Process " + process.pid() + (process.isAlive() ? " runs: " : " has ended: ")
                + String.join(" ", command) + "\n--- standard output\n" + output() + "--- standard error\n"
                + String.join("\n", errors())) {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized Throwable fillInStackTrace() {
                return this;
            }
        };
    }

    /** Ends it, and what it started, at once. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
