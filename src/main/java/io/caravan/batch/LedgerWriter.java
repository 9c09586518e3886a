package io.caravan.batch;

import io.caravan.failure.CancelledException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one that writes results into the ledger: whatever has come while it wrote the last ones goes into the next
 * transaction, so that many results share the cost of one commit. A result that was paid for is not given up because the
 * database is away: it is written when it is back. Thread-safe.
 */
public final class LedgerWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
    private static final int MOST_AT_ONCE = 500;
    private static final long PAUSE_MILLIS = 1000;

    private record Entry(LineResult result, CompletableFuture<Void> durable) {}

    private final Ledger ledger;
    private final Runnable whenWritten;
    private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "caravan-ledger");
    private volatile boolean closed;

    /** @param whenWritten is run after each transaction */
    public LedgerWriter(Ledger ledger, Runnable whenWritten) {
        this.ledger = ledger;
        this.whenWritten = whenWritten;
        thread.setDaemon(true);
        thread.start();
    }

    /** Has a result written down; what is returned is completed when it would survive a loss of power. */
    public CompletableFuture<Void> write(LineResult result) {
        Entry entry = new Entry(result, new CompletableFuture<>());
        entries.add(entry);
        if (closed) {
            giveUp();
        }
        return entry.durable();
    }

    private void run() {
        List<Entry> group = new ArrayList<>();
        try {
            while (!closed) {
                group.add(entries.take());
                entries.drainTo(group, MOST_AT_ONCE - 1);
                write(group);
                group.clear();
            }
        } catch (InterruptedException e) {
            group.forEach(entry -> entry.durable().completeExceptionally(stopping()));
        }
        giveUp();
    }

    private void write(List<Entry> group) throws InterruptedException {
        List<LineResult> results = group.stream().map(Entry::result).toList();
        boolean told = false;
        while (true) {
            try {
                ledger.lines().record(results);
                group.forEach(entry -> entry.durable().complete(null));
                whenWritten.run();
                return;
            } catch (RuntimeException e) {
                if (!told) {
                    LOG.error(
                            "{} results cannot be written into the ledger now, and wait: {}",
                            group.size(),
                            e.getMessage());
                    told = true;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    private void giveUp() {
        Entry entry;
        while ((entry = entries.poll()) != null) {
            entry.durable().completeExceptionally(stopping());
        }
    }

    private static CancelledException stopping() {
        return new CancelledException("Caravan is shutting down", false);
    }

    /** Writes no more; results that are not written by then are void. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
