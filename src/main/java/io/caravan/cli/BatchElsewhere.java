package io.caravan.cli;

import io.caravan.batch.Batch;
import io.caravan.batch.BatchFile;
import io.caravan.batch.Ledger;
import io.caravan.files.WorkDir;
import io.caravan.settings.Settings;
import io.caravan.store.Database;
import io.caravan.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.JdbiException;

/**
 * A batch that another program works off, which runs on the same work dir: it gets the file through its inbox, and this one
 * looks into the ledger until it is done.
 */
final class BatchElsewhere {

    private static final int LOOK_MILLIS = 500;

    private final Settings settings;
    private final BatchPaths paths;
    private final BatchFile checked;
    private final boolean retryFailed;
    private final CountDownLatch stop;
    private boolean handedOver;

    BatchElsewhere(Settings settings, BatchPaths paths, BatchFile checked, boolean retryFailed, CountDownLatch stop) {
        this.settings = settings;
        this.paths = paths;
        this.checked = checked;
        this.retryFailed = retryFailed;
        this.stop = stop;
    }

    /** What finishes the work. */
    interface End {
        int with(Ledger ledger) throws IOException;
    }

    /** The finished batch; nothing if that program has ended before, or this one is to stop. */
    Optional<Batch> by(WorkDir.Owned owner, BatchProgress progress) throws Exception {
        boolean takesFiles = owner.owner() == WorkDir.Owner.TAKES_FILES;
        Terminal.tell(
                takesFiles
                        ? "Caravan runs in " + settings.work().workDir() + " (process " + owner.process()
                                + "), and works this batch off."
                        : "Another batch is being worked off in "
                                + settings.work().workDir() + " (process " + owner.process()
                                + "); this one begins when that has ended.");
        if (takesFiles) {
            handOver();
        }
        try (Database database = database()) {
            Ledger ledger = ledger(database);
            do {
                Optional<Batch> batch = takesFiles && database.exists() ? ledger.find(checked.id()) : Optional.empty();
                batch.ifPresent(progress::show);
                if (batch.filter(Batch::finished).isPresent() && !waits()) {
                    return batch;
                }
            } while (!stop.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)
                    && WorkDir.owner(settings.work().workDir())
                            .filter(owner::equals)
                            .isPresent());
            return Optional.empty();
        }
    }

    /** The batch, where it was worked off before and nothing is left to do. */
    Optional<Batch> completed() {
        try (Database database = database()) {
            return database.exists()
                    ? ledger(database).find(checked.id()).filter(batch -> batch.state() == Batch.State.COMPLETED)
                    : Optional.empty();
        } catch (StoreException | JdbiException e) {
            return Optional.empty(); // who opens it next says why
        }
    }

    int finish(End end) throws IOException {
        try (Database database = database()) {
            return end.with(ledger(database));
        }
    }

    private void handOver() throws IOException {
        Path file = inInbox();
        if (!handedOver && !Files.exists(file)) {
            if (retryFailed) {
                retryFailed();
            }
            Path unfinished = file.resolveSibling("." + file.getFileName() + ".unfinished");
            Files.copy(paths.in(), unfinished, StandardCopyOption.REPLACE_EXISTING);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
        handedOver = true;
    }

    private void retryFailed() {
        try (Database database = database()) {
            Ledger ledger = ledger(database);
            if (database.exists()) {
                ledger.find(checked.id()).ifPresent(ledger::retryFailed);
            }
        }
    }

    /** Whether the file was not taken yet: what the ledger says is about an earlier time. */
    private boolean waits() {
        return Files.exists(inInbox());
    }

    private Path inInbox() {
        String name = String.valueOf(paths.in().getFileName()).replaceFirst("[.][^.]*$", "");
        return settings.work()
                .workDir()
                .resolve("inbox")
                .resolve(name + "-" + checked.id().substring(0, 12) + ".jsonl");
    }

    private Database database() {
        return Database.ofAnother(settings.database(), settings.work().workDir(), UnaryOperator.identity());
    }

    private Ledger ledger(Database database) {
        return new Ledger(database, settings.batch().expires(), Clock.systemUTC());
    }
}
