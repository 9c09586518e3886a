package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.ScriptedModel;
import io.caravan.reliability.QueueBooks;
import io.caravan.testing.BrokerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two workers on a broker in a process of its own; the one or the other is killed with signal 9. */
final class WorkerKillsIT {

    private static final int AT_ONCE = 16;
    private static final int UNDER_WAY = AT_ONCE + AT_ONCE / 4; // some send their answers while others are asked
    private static final int WORKERS = 2;
    private static final Duration LONGEST = Duration.ofMinutes(10);

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final KillBooks books = new KillBooks(Duration.ofMillis(50), Duration.ofMillis(250));
    private final ScriptedModel model =
            ScriptedModel.builder().remembering(0).script(books::answer).start();
    private final List<Worker> workers = new ArrayList<>();
    private BrokerProcess broker = BrokerProcess.later(Path.of(""));

    @BeforeEach
    void startTheBroker() {
        broker = BrokerProcess.start(site.folder().resolve("broker"));
    }

    private void startWorkers() {
        for (int i = 0; i < WORKERS; i++) {
            workers.add(worker(i));
        }
    }

    private Worker worker(int number) {
        return Worker.start(
                site,
                model,
                site.folder().resolve("worker-" + number),
                "caravan.broker.url=" + broker.url(),
                "caravan.broker.user=" + BrokerProcess.USER,
                "caravan.broker.password=" + BrokerProcess.PASSWORD,
                "caravan.queue.consumers=" + AT_ONCE);
    }

    @AfterEach
    void stop() {
        broker.close();
        model.close();
    }

    @Test
    void loseNoPromptWhenOneOfThemIsKilled() throws Exception {
        int prompts = 5_000;
        int kills = 10;
        books.send(broker.connections(), KillBooks.ids("prompt-", prompts));
        startWorkers();

        for (int i = 0; i < kills; i++) {
            Calls.awaitSome(model, 2 * AT_ONCE, prompts / (2 * kills));
            int victim = ThreadLocalRandom.current().nextInt(WORKERS);
            workers.get(victim).program().kill();
            workers.set(victim, worker(victim));
        }
        finish();

        assertWhole(books.publish("one of two workers on a broker outside, 16 each", kills, ""), kills * UNDER_WAY);
    }

    @Test
    void loseNoPromptWhenTheirBrokerIsKilled() throws Exception {
        int prompts = 2_000;
        int kills = 3;
        String[] ids = KillBooks.ids("prompt-", prompts);
        books.send(broker.connections(), Arrays.copyOf(ids, prompts / 2));
        startWorkers();
        // and the other half while it comes and goes
        CompletableFuture<Void> sending = CompletableFuture.runAsync(
                () -> books.sendThroughOutages(broker.connections(), Arrays.copyOfRange(ids, prompts / 2, prompts)),
                // not in the pool that has to notice the end of the broker, too
                task -> new Thread(task, "sender").start());

        List<String> pauses = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            Calls.awaitSome(model, 2 * AT_ONCE, prompts / (2 * kills));
            broker.kill();
            await().until(() -> model.inFlight() == 0);
            pauses.add(String.format(Locale.ROOT, "%.1f", secondsToTheNextCall()));
        }
        sending.join();
        finish();

        assertWhole(
                books.publish(
                        "the broker of two workers, 16 each",
                        kills,
                        "workers ask again " + String.join(", ", pauses) + " s after it is back"),
                kills * WORKERS * UNDER_WAY);
    }

    private double secondsToTheNextCall() {
        int before = Calls.of(model);
        broker.start();
        long back = System.nanoTime();
        Calls.await(model, before + 1);
        return (System.nanoTime() - back) / 1e9;
    }

    private void finish() throws Exception {
        for (Worker worker : workers) {
            worker.awaitTheEnd(LONGEST, model);
        }
        workers.forEach(Worker::stop);
        books.read(broker.connections());
    }

    private void assertWhole(QueueBooks.Verdict verdict, int mostRepeated) {
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(books.failed()).isEmpty();
        assertThat(books.dead()).isEmpty();
        assertThat(verdict.repeatedCalls()).isLessThanOrEqualTo(mostRepeated);
    }
}
