package io.caravan.mcp;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a program is brought to its end, and all that it started: its input has ended, then it is asked to, then it is
 * killed. Thread-safe.
 */
final class ProgramEnd {

    /** The most that it takes. */
    static final Duration LONGEST = Duration.ofSeconds(4);

    private static final Logger LOG = LoggerFactory.getLogger(ProgramEnd.class);
    private static final long AFTER_INPUT_MILLIS = 500;
    private static final long AFTER_TERM_MILLIS = 1_500;

    private final String server;
    private final Process process;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch over = new CountDownLatch(1);

    ProgramEnd(String server, Process process) {
        this.server = server;
        this.process = process;
    }

    /** Begins, and returns at once. */
    void begin() {
        if (begun.compareAndSet(false, true)) {
            new Thread(this::run, "caravan-mcp-" + server + "-end").start();
        }
    }

    /** Waits for it, if it has begun. */
    void await() throws InterruptedException {
        if (begun.get() && !over.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.warn("MCP server {}: its program {} does not end", server, process.pid());
        }
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    private void run() {
        try {
            Set<ProcessHandle> family = new LinkedHashSet<>();
            join(family);
            if (!process.waitFor(AFTER_INPUT_MILLIS, TimeUnit.MILLISECONDS)) {
                join(family);
            }
            family.forEach(ProcessHandle::destroy);
            long patience = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(AFTER_TERM_MILLIS);
            while (family.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < patience) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            join(family);
            family.stream().filter(ProcessHandle::isAlive).forEach(each -> {
                LOG.info("MCP server {}: its program {} did not end by itself, and is killed", server, each.pid());
                each.destroyForcibly();
            });
            process.waitFor(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } finally {
            over.countDown();
        }
    }

    /** The program, and what it has started so far. */
    private void join(Set<ProcessHandle> family) {
        family.add(process.toHandle());
        family.stream().toList().forEach(each -> each.descendants().forEach(family::add));
    }
}
