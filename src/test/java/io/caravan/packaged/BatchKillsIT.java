package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.batch.Batch;
import io.caravan.batch.Ledger;
import io.caravan.broker.Queues;
import io.caravan.demo.ScriptedModel;
import io.caravan.reliability.QueueBooks;
import io.caravan.store.Database;
import io.caravan.testing.Databases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The program is killed with signal 9 while it works on a batch in its inbox. */
final class BatchKillsIT {

    private static final int LINES = 20_000;
    private static final int KILLS = 5;
    private static final int AT_ONCE = 64;
    private static final String[] IDS = KillBooks.ids("line-", LINES);

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final KillBooks books = new KillBooks(Duration.ofMillis(5), Duration.ofMillis(35));
    private final ScriptedModel model =
            ScriptedModel.builder().remembering(0).script(books::answer).start();

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofMinutes(10)).pollInterval(Duration.ofMillis(2));
    }

    private void drop() {
        Site.put(site.work().resolve("inbox/many.jsonl"), books.batch(IDS));
    }

    private Path done(String name) {
        return site.work().resolve("done").resolve(name);
    }

    private Path output(String name) {
        return site.work().resolve("outbox").resolve(name);
    }

    /** The batch as it is in the ledger of a program that does not run. */
    private List<Batch> ledger() {
        try (Database database = Databases.SQLITE.open(site.work())) {
            return new Ledger(database, Duration.ofDays(1), Clock.systemUTC()).all();
        }
    }

    @Test
    void losesNoLineWhenItIsKilledWhileLinesGoIntoTheQueue() {
        drop();
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            // a few readers: what is in the queue then tells how far it is
            Worker program = Worker.start(site, model, site.work(), "caravan.batch.consumers=4");
            int enough = i * LINES / (KILLS + 1) + ThreadLocalRandom.current().nextInt(1, LINES / (KILLS + 1));
            soon().until(() -> program.management().metric("caravan_queue_depth", Queues.BATCH + "\"") >= enough);
            program.program().kill();
            sent.add(ledger().stream()
                    .map(batch -> Integer.toString(batch.sent()))
                    .collect(Collectors.joining()));
        }

        Worker last = Worker.start(site, model, site.work());
        soon().until(() -> Files.exists(done("many.jsonl")));
        List<String> order = books.read(output("many.output.jsonl"), output("many.errors.jsonl"));
        int calls = Calls.of(model);

        QueueBooks.Verdict verdict = books.publish(
                "lines of a batch go into the queue", KILLS, "killed after " + String.join(", ", sent) + " of them");
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(books.failed()).isEmpty();
        assertThat(order).isEqualTo(Arrays.asList(IDS));
        assertThat(verdict.repeatedCalls()).isLessThanOrEqualTo(KILLS * (AT_ONCE + AT_ONCE / 4));

        Site.put(site.work().resolve("inbox/again.jsonl"), Site.read(done("many.jsonl")));
        soon().until(() -> Files.exists(done("again.jsonl")));
        assertThat(output("again.output.jsonl")).hasSameTextualContentAs(output("many.output.jsonl"));
        assertThat(Calls.of(model)).isEqualTo(calls);
        last.stop();
    }

    @Test
    void leavesNoTornFileWhenItIsKilledWhileItWritesTheOutput() throws Exception {
        drop();
        Path unfinished = output(".many.output.jsonl.unfinished");
        Path whole = output("many.output.jsonl");
        List<String> written = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            Files.deleteIfExists(unfinished);
            Worker program = Worker.start(site, model, site.work());
            long enough = ThreadLocalRandom.current().nextLong(1, LINES * 350L);
            soon().until(() -> size(unfinished) >= enough || Files.exists(whole));
            program.program().kill();
            written.add(Files.exists(whole) ? "all" : size(unfinished) / 1024 + " KiB");
            if (Files.exists(whole)) {
                assertThat(KillBooks.ids(whole)).isEqualTo(Arrays.asList(IDS));
            }
        }
        Worker program = Worker.start(site, model, site.work());
        soon().until(() -> Files.exists(done("many.jsonl")));
        program.stop();
        List<String> order = books.read(whole, output("many.errors.jsonl"));

        QueueBooks.Verdict verdict = books.publish(
                "the output of a batch is written",
                KILLS,
                "killed after " + String.join(", ", written) + " of " + Files.size(whole) / 1024 + " KiB");
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(books.failed()).isEmpty();
        assertThat(order).isEqualTo(Arrays.asList(IDS));
        assertThat(verdict.repeatedCalls()).isZero();
        assertThat(files(site.work().resolve("outbox"))).containsExactly("many.output.jsonl");
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0; // it has got its name meanwhile
        }
    }

    private static List<String> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
