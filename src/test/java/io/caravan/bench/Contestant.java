package io.caravan.bench;

import java.util.Optional;

/** What is set side by side: where the load goes to, and the process whose cost is counted. */
record Contestant(Target target, Optional<ProcessHandle> process, Runnable end) implements AutoCloseable {

    Usage usage() {
        return process.map(Usage::of).orElse(Usage.NONE);
    }

    @Override
    public void close() {
        end.run();
    }
}
