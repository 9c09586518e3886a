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
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * A batch that is worked off from the command line: by a program of its own that has no doors, or, where one runs already on
 * the work dir, by that one.
 */
final class BatchRun {

    private static final int INTERRUPTED = 1;

    private final Settings settings;
    private final Configuration configuration;
    private final BatchPaths paths;
    private final BatchFile checked;
    private final boolean retryFailed;
    private final CountDownLatch stop = new CountDownLatch(1);

    BatchRun(Settings settings, Configuration configuration, BatchPaths paths, BatchFile checked, boolean retryFailed) {
        this.settings = settings;
        this.configuration = configuration;
        this.paths = paths;
        this.checked = checked;
        this.retryFailed = retryFailed;
    }

    int run() throws Exception {
        Running.listenTo("TERM", stop, 143);
        Running.listenTo("INT", stop, 130);
        try (BatchProgress progress =
                new BatchProgress(String.valueOf(paths.in().getFileName()))) {
            BatchElsewhere elsewhere = new BatchElsewhere(settings, paths, checked, retryFailed, stop);
            while (true) {
                Optional<WorkDir.Owned> owner = WorkDir.owner(settings.work().workDir());
                if (owner.isEmpty()) {
                    return here(progress);
                }
                Optional<Batch> finished = elsewhere.by(owner.get(), progress);
                if (stop.getCount() == 0) {
                    return interrupted();
                }
                if (finished.isPresent()) {
                    return elsewhere.finish(ledger -> end(ledger, progress, finished.get()));
                }
            }
        }
    }

    private int here(BatchProgress progress) throws Exception {
        App app;
        try {
            app = App.startWithoutDoors(settings, configuration.routeFolders());
        } catch (StartException e) {
            throw new FailedCommand(String.valueOf(e.getMessage()));
        }
        try {
            app.preflight().inBackground();
            Optional<Batch> finished = workOff(app, progress);
            if (finished.isEmpty()) {
                Terminal.tell("Stopping: lines that are under way may finish; Ctrl-C again ends it at once.");
                app.stop(settings.shutdownGrace());
                return interrupted();
            }
            return end(app.batches().ledger(), progress, finished.get());
        } finally {
            app.close();
        }
    }

    /** Nothing, if it was told to stop before. */
    private Optional<Batch> workOff(App app, BatchProgress progress) throws Exception {
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
        Map<String, Integer> failures = ledger.failures(batch.id());
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
