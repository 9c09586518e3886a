package io.caravan.batch;

import io.caravan.files.BatchFiles;
import io.caravan.settings.BatchSettings;
import io.caravan.store.Database;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/** All that has to do with batches in this process. Thread-safe. */
public final class Batches implements AutoCloseable {

    private final Ledger ledger;
    private final LedgerWriter writer;
    private final BatchWatch watch;
    private final LineQueue queue;
    private final BatchOutput output;

    public Batches(Database database, ConnectionFactory connections, BatchSettings settings) {
        ledger = new Ledger(database, settings.expires(), Clock.systemUTC());
        watch = new BatchWatch(ledger);
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

    /** Has a result written down; what is returned is completed when it is safe. */
    public CompletableFuture<Void> write(LineResult result) {
        return writer.write(result);
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

    /** Who waits for a batch hears that the program stops; results are still written down. */
    public void stop() {
        watch.stop();
    }

    @Override
    public void close() {
        watch.close();
        writer.close();
    }
}
