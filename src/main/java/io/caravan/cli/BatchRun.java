package io.caravan.cli;

import io.caravan.App;
import io.caravan.StartException;
import io.caravan.batch.Batch;
import io.caravan.batch.BatchFile;
import io.caravan.batch.BatchOutput;
import io.caravan.batch.Batches;
import io.caravan.batch.FanOut;
import io.caravan.batch.Ledger;
import io.caravan.files.WorkDir;
import io.caravan.settings.Settings;
import io.caravan.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jdbi.v3.core.JdbiException;

/**
 * A batch that is worked off from the command line: by a program of its own that has no doors, or, where one runs already on
 * the work dir, by that one.
 */
final class BatchRun {

    private static final int INTERRUPTED = 1;

    private final Settings settings;
    private final Configuration configuration;
    private final BatchPaths paths;
    private final boolean retryFailed;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final BatchElsewhere elsewhere;

    BatchRun(Settings settings, Configuration configuration, BatchPaths paths, BatchFile checked, boolean retryFailed) {
        this.settings = settings;
        this.configuration = configuration;
        this.paths = paths;
        this.retryFailed = retryFailed;
        this.elsewhere = new BatchElsewhere(settings, paths, checked, retryFailed, stop);
    }

    int run() throws Exception {
        Running.listenTo("TERM", stop, 143);
        Running.listenTo("INT", stop, 130);
        try (BatchProgress progress =
                new BatchProgress(String.valueOf(paths.in().getFileName()))) {
            while (true) {
                Optional<WorkDir.Owned> owner = WorkDir.owner(settings.work().workDir());
                if (owner.isEmpty()) {
                    return here(progress);
                }
                Optional<Batch> finished = elsewhere.by(owner.get(), progress);
                if (stop.getCount() == 0) {
                    Terminal.tell("Stopped waiting: the same command goes on with that.");
                    return INTERRUPTED;
                }
                if (finished.isPresent()) {
                    return elsewhere.finish(ledger -> end(ledger, progress, finished.get()));
                }
            }
        }
    }

    private int here(BatchProgress progress) throws Exception {
        Optional<Batch> before = retryFailed ? Optional.empty() : elsewhere.completed();
        if (before.isPresent()) {
            return elsewhere.finish(ledger -> end(ledger, progress, before.get()));
        }
        try {
            return workOff(App.startWithoutDoors(settings, configuration.routeFolders()), progress);
        } catch (StartException | StoreException | JdbiException e) {
            throw new FailedCommand(String.valueOf(e.getMessage()));
        }
    }

    private int workOff(App app, BatchProgress progress) throws Exception {
        try {
            app.checks().providers().inBackground();
            Optional<Batch> finished = finished(app, progress);
            if (finished.isEmpty()) {
                Terminal.tell("Stopping: lines that are under way may finish; Ctrl-C again ends it at once.");
                app.stop(settings.shutdownGrace());
                return interrupted();
            }
            int exitCode = end(app.batches().ledger(), progress, finished.get());
            app.stop(settings.shutdownGrace()); // lines of other batches may be under way
            return exitCode;
        } finally {
            app.close();
        }
    }

    /** Nothing, if it was told to stop before. */
    private Optional<Batch> finished(App app, BatchProgress progress) throws Exception {
        Batches batches = app.batches();
        Batch batch = batches.take(paths.in(), String.valueOf(paths.in().getFileName()));
        if (retryFailed) {
            batch = batches.ledger().retryFailed(batch);
        }
        progress.show(batch);
        CompletableFuture<Batch> finished = batches.watch().until(batch.id(), progress::show);
        try (FanOut lines = batches.fanOut(batch, paths.in())) {
            app.queue(lines);
        }
        while (stop.getCount() > 0) {
            if (finished.isDone()) {
                return Optional.of(finished.get());
            }
            CompletableFuture.anyOf(finished, stopped())
                    .exceptionally(gone -> null)
                    .get();
        }
        return Optional.empty();
    }

    private CompletableFuture<Void> stopped() {
        return CompletableFuture.runAsync(() -> {
            try {
                stop.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private int interrupted() {
        Terminal.tell("Stopped. What is finished is kept: the same command goes on where it stopped.");
        return INTERRUPTED;
    }

    private int end(Ledger ledger, BatchProgress progress, Batch batch) throws IOException {
        BatchOutput.Written written = new BatchOutput(ledger).write(batch.id(), paths.output(), paths.errors());
        progress.show(batch);
        progress.close();
        Map<String, Integer> failures = ledger.lines().failures(batch.id());
        Duration took = progress.elapsed();
        Terminal.say(String.format(
                Locale.ROOT,
                "%d lines: %d answered, %d failed, in %s; %,d tokens read, %,d written",
                batch.lines(),
                written.answers(),
                written.errors(),
                BatchProgress.span(took),
                batch.promptTokens(),
                batch.completionTokens()));
        failures.forEach((code, lines) -> Terminal.say("failed: " + lines + " " + code));
        Terminal.say("answers: " + paths.output());
        if (written.errors() > 0) {
            Terminal.say("errors:  " + paths.errors());
        }
        return written.errors() > 0 ? 1 : 0;
    }
}
