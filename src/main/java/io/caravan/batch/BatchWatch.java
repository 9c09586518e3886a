package io.caravan.batch;

import io.caravan.failure.CancelledException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks how far the batches are: at once when this process has written results, and every second, since others may have.
 * Ends those whose time is over. Thread-safe.
 */
public final class BatchWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchWatch.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration FORGET = Duration.ofHours(1);

    private record Watched(String batch, Consumer<Batch> progress, CompletableFuture<Batch> finished) {}

    private final Ledger ledger;
    private final LinesInFlight inFlight;
    private final Duration retention;
    private final Map<Object, Watched> watched = new ConcurrentHashMap<>();
    private final Semaphore news = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "caravan-batches");
    private volatile boolean closed;
    private volatile Optional<String> trouble = Optional.empty();
    private long forgotAt = System.nanoTime() - FORGET.toNanos();

    /** @param retention how long a batch is remembered after its end */
    public BatchWatch(Ledger ledger, LinesInFlight inFlight, Duration retention) {
        this.ledger = ledger;
        this.inFlight = inFlight;
        this.retention = retention;
        thread.setDaemon(true);
        thread.start();
    }

    /** There may be something new. */
    public void look() {
        news.release();
    }

    /**
     * Tells of the progress of a batch until each line has its result, which completes what is returned; it fails when the
     * program stops.
     *
     * @param progress gets the batch as it is now, at each look; must not take long
     */
    public CompletableFuture<Batch> until(String batch, Consumer<Batch> progress) {
        Watched one = new Watched(batch, progress, new CompletableFuture<>());
        Object key = new Object();
        watched.put(key, one);
        CompletableFuture<Batch> gone = one.finished().whenComplete((end, failure) -> watched.remove(key));
        if (closed) {
            stop(one);
        }
        look();
        return gone;
    }

    /** Why the ledger cannot be used now, if it cannot. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** How many are waited for. */
    public int watched() {
        return watched.size();
    }

    private void run() {
        while (!closed) {
            try {
                if (news.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    news.drainPermits();
                }
                lookNow();
                trouble = Optional.empty();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                String why = String.valueOf(e.getMessage());
                if (trouble.isEmpty()) {
                    LOG.error("The batches cannot be looked after now: {}", why);
                }
                trouble = Optional.of(why);
            }
        }
    }

    private void lookNow() {
        if (!ledger.inUse()) {
            return;
        }
        if (System.nanoTime() - forgotAt >= FORGET.toNanos()) {
            ledger.forget(retention);
            forgotAt = System.nanoTime();
        }
        ledger.overdue().forEach(id -> ledger.end(id, Batch.State.EXPIRED, LineError.EXPIRED));
        for (String batch : inFlight.batches()) {
            if (ledger.find(batch).filter(Batch::running).isEmpty()) {
                inFlight.cancel(batch, "the batch has ended");
            }
        }
        for (Watched one : List.copyOf(watched.values())) {
            ledger.find(one.batch()).ifPresent(now -> tell(one, now));
        }
    }

    private static void tell(Watched one, Batch now) {
        try {
            one.progress().accept(now);
        } catch (RuntimeException e) {
            LOG.warn("The progress of a batch cannot be shown: {}", e.getMessage());
        }
        if (now.finished()) {
            one.finished().complete(now);
        }
    }

    /** Nobody is told of anything any more; who waits hears that the program stops. */
    public void stop() {
        closed = true;
        List.copyOf(watched.values()).forEach(BatchWatch::stop);
    }

    private static void stop(Watched one) {
        one.finished().completeExceptionally(new CancelledException("Caravan is shutting down", false));
    }

    @Override
    public void close() {
        stop();
        thread.interrupt();
    }
}
