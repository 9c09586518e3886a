package io.caravan.batch;

import io.caravan.files.BatchFiles;
import io.caravan.settings.BatchSettings;
import io.caravan.store.Database;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that has to do with batches in this process. Thread-safe. */
public final class Batches implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Batches.class);
    private static final Duration LEDGER_AWAY = Duration.ofSeconds(1);

    private final Ledger ledger;
    private final LinesInFlight inFlight = new LinesInFlight();
    private final Map<String, LongAdder> answersBy = new ConcurrentHashMap<>();
    private final LongAdder answers = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final LedgerWriter writer;
    private final BatchWatch watch;
    private final LineQueue queue;
    private final BatchOutput output;

    public Batches(Database database, ConnectionFactory connections, BatchSettings settings) {
        ledger = new Ledger(database, settings.expires(), Clock.systemUTC());
        watch = new BatchWatch(ledger, inFlight, settings.retention());
        writer = new LedgerWriter(ledger, watch::look);
        queue = new LineQueue(connections);
        output = new BatchOutput(ledger);
    }

    /**
     * Checks a file and writes its batch down, unless it is known.
     *
     * @throws io.caravan.failure.RejectedException if the file is no batch, with the line that is at fault
     */
    public Batch take(Path file, String name) throws IOException {
        BatchFile checked = BatchFile.check(file);
        try (BatchLines lines = BatchLines.of(file)) {
            return ledger.register(checked, name, lines);
        }
    }

    /** What of a batch has still to be queued. */
    public FanOut fanOut(Batch batch, Path file) throws IOException {
        return new FanOut(ledger, batch, file);
    }

    /** Queues some lines. */
    public void send(FanOut.Part part) throws JMSException {
        queue.send(part.batch(), part.lines());
        ledger.sent(part.batch().id(), part.upTo());
    }

    /** Whether a line still waits for its result; while the ledger cannot be read, that is not known, and this waits. */
    public boolean pending(String batch, String run, int line) {
        boolean told = false;
        while (true) {
            try {
                return ledger.lines().pending(batch, run, line);
            } catch (RuntimeException e) {
                if (stopped.isDone()) {
                    throw e;
                }
                if (!told) {
                    LOG.error("The ledger cannot be read now, and lines wait: {}", e.getMessage());
                    told = true;
                }
                pause(LEDGER_AWAY);
            }
        }
    }

    /** Has a result written down; what is returned is completed when it is safe. */
    public CompletableFuture<Void> write(LineResult result) {
        return writer.write(result).thenRun((result.answered() ? answers : failures)::increment);
    }

    /** The lines that are being answered. */
    public LinesInFlight inFlight() {
        return inFlight;
    }

    /** A provider has answered a line. */
    public void answeredBy(String provider) {
        answersOf(provider).increment();
    }

    private LongAdder answersOf(String provider) {
        return answersBy.computeIfAbsent(provider, name -> new LongAdder());
    }

    /**
     * Waits before a line is asked again, so long or until the program stops.
     *
     * @return whether the provider has answered others meanwhile
     */
    public boolean pause(Duration time, String provider) {
        long before = answersOf(provider).sum();
        retries.increment();
        pause(time);
        return answersOf(provider).sum() > before;
    }

    /** How often a line was asked again. */
    public long retries() {
        return retries.sum();
    }

    /** How many lines were answered. */
    public long answers() {
        return answers.sum();
    }

    /** How many lines became error lines. */
    public long failures() {
        return failures.sum();
    }

    private void pause(Duration time) {
        try {
            stopped.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return; // the time is over
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public Ledger ledger() {
        return ledger;
    }

    public BatchWatch watch() {
        return watch;
    }

    /** Writes the results of a batch as files. */
    public BatchOutput output() {
        return output;
    }

    /** The answers of a batch as they come, in this file. */
    public PartialOutput partial(Batch batch, BatchFiles files, String name) throws IOException {
        return new PartialOutput(ledger, batch.id(), files.partial(name));
    }

    /**
     * Ends the batch of a file in the inbox; false if there is none.
     *
     * @param home tells the work dir from those of other machines
     */
    public boolean cancel(String home, String name) {
        Optional<Batch> batch =
                ledger.files().batch(home, name).flatMap(ledger::find).filter(Batch::running);
        batch.ifPresent(running -> ledger.end(running.id(), Batch.State.CANCELLED, LineError.CANCELLED));
        watch.look();
        return batch.isPresent();
    }

    /** Who waits for a batch hears that the program stops; results are still written down. */
    public void stop() {
        stopped.complete(null);
        watch.stop();
    }

    @Override
    public void close() {
        stop();
        watch.close();
        writer.close();
    }
}
