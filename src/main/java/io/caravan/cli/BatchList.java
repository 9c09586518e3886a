package io.caravan.cli;

import io.caravan.batch.Batch;
import io.caravan.batch.Ledger;
import io.caravan.batch.LineError;
import io.caravan.settings.Settings;
import io.caravan.store.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.JdbiException;

/** The batches in the ledger, looked at from the command line, whether or not a Caravan runs. */
final class BatchList {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final String ROW = "%-12s  %-9s  %7s  %7s  %7s  %11s  %-16s  %-8s  %s";

    private final Settings settings;

    BatchList(Settings settings) {
        this.settings = settings;
    }

    int show() throws FailedCommand {
        List<Batch> all = withLedger(Ledger::all, List.of());
        if (all.isEmpty()) {
            Terminal.say("there are no batches");
            return 0;
        }
        Terminal.say(String.format(
                Locale.ROOT, ROW, "ID", "STATE", "LINES", "DONE", "FAILED", "TOKENS", "BEGUN", "TOOK", "FILE"));
        all.forEach(batch -> Terminal.say(row(batch)));
        return 0;
    }

    private static String row(Batch batch) {
        return String.format(
                Locale.ROOT,
                ROW,
                batch.shortId(),
                batch.state().word(),
                batch.lines(),
                batch.done(),
                batch.failed(),
                batch.promptTokens() + batch.completionTokens(),
                TIME.format(batch.created()),
                BatchProgress.span(
                        Duration.between(batch.created(), batch.ended().orElseGet(Instant::now))),
                batch.name());
    }

    int cancel(String id) throws FailedCommand {
        List<Batch> meant = withLedger(Ledger::all, List.<Batch>of()).stream()
                .filter(batch -> batch.id().startsWith(id.toLowerCase(Locale.ROOT)))
                .toList();
        if (meant.size() != 1) {
            throw new FailedCommand("--cancel " + id + ": "
                    + (meant.isEmpty() ? "there is no such batch" : "more than one batch has an id that begins so")
                    + "; see caravan batch --status");
        }
        Batch batch = meant.get(0);
        if (!batch.running()) {
            throw new FailedCommand("--cancel " + id + ": this batch has ended ("
                    + batch.state().word() + ")");
        }
        Batch ended = withLedger(
                ledger -> {
                    ledger.end(batch.id(), Batch.State.CANCELLED, LineError.CANCELLED);
                    return ledger.find(batch.id()).orElse(batch);
                },
                batch);
        Terminal.say("cancelled " + batch.shortId() + " (" + batch.name() + "): " + ended.done() + " of "
                + ended.lines() + " lines were answered");
        return 0;
    }

    private <T> T withLedger(java.util.function.Function<Ledger, T> action, T otherwise) throws FailedCommand {
        try (Database database =
                Database.ofAnother(settings.database(), settings.work().workDir(), UnaryOperator.identity())) {
            return database.exists()
                    ? action.apply(new Ledger(database, settings.batch().expires(), Clock.systemUTC()))
                    : otherwise;
        } catch (JdbiException | io.caravan.store.StoreException e) {
            throw new FailedCommand(String.valueOf(e.getMessage()));
        }
    }
}
