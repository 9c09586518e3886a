package io.caravan.bench;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** What is set side by side: where the load goes to, and the process whose cost is counted. */
record Contestant(Target target, Optional<ProcessHandle> process, Runnable end) implements AutoCloseable {

    Usage usage() {
        return process.map(Usage::of).orElse(Usage.NONE);
    }

    /** The Java that the process, or one below it, really runs on; a launcher may choose for itself. */
    Optional<String> java() {
        return process.stream()
                .flatMap(top -> Stream.concat(Stream.of(top), top.descendants()))
                .flatMap(one -> one.info().command().stream())
                .filter(command -> command.endsWith("/bin/java"))
                .map(command ->
                        Jdk.at(Path.of(command).resolve("../..").normalize()).version())
                .findFirst();
    }

    @Override
    public void close() {
        end.run();
    }
}
