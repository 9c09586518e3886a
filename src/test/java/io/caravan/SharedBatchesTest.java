package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.settings.DatabaseSettings;
import io.caravan.testing.Databases;
import io.caravan.testing.OutsideBroker;
import io.caravan.testing.TestApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches of several processes on one broker and one PostgreSQL. */
class SharedBatchesTest {

    private static final int LINES = 40;

    @TempDir
    Path folder;

    final DatabaseSettings database = Databases.POSTGRESQL.settings();
    ScriptedModel model;
    OutsideBroker broker;
    TestApp one;
    TestApp other;

    @BeforeEach
    void start() throws Exception {
        model = ScriptedModel.builder()
                .script(question -> Reply.of(Words.of("an answer"), Pace.AT_ONCE))
                .start();
        broker = OutsideBroker.in(folder.resolve("broker"));
        one = app("one", 0);
        other = app("other", 8);
    }

    private TestApp app(String name, int consumers) {
        return TestApp.in(folder.resolve(name))
                .ollama(model, "max-retries=0")
                .set(
                        "caravan.broker.url=" + broker.url(),
                        "caravan.database.url=" + database.url().orElseThrow(),
                        "caravan.database.user=" + database.user().orElseThrow(),
                        "caravan.database.password="
                                + database.password().orElseThrow().value(),
                        "caravan.batch.consumers=" + consumers)
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        one.stop(Duration.ZERO);
        other.stop(Duration.ZERO);
        broker.stop();
        model.close();
    }

    private static String batch() {
        return IntStream.rangeClosed(1, LINES)
                .mapToObj(i -> BatchDoorTest.line("r" + i, "question " + i))
                .collect(Collectors.joining());
    }

    @Test
    void oneTakesTheFileAndTheOtherDoesTheWork() throws Exception {
        one.drop("many.jsonl", batch());

        await().until(() -> Files.exists(one.done("many.jsonl")));
        assertThat(one.outbox("many.output.jsonl")).content().hasLineCount(LINES);
        assertThat(model.questions()).hasSize(LINES);
        assertThat(other.metric("caravan_batch_lines_done_total", "")).isEqualTo(LINES);
        assertThat(one.metric("caravan_batch_lines_done_total", "")).isZero();
    }

    @Test
    void asksOnceWhatComesToTwoOfThem() throws Exception {
        one.drop("many.jsonl", batch());
        other.drop("lots.jsonl", batch());

        await().until(() -> Files.exists(one.done("many.jsonl")) && Files.exists(other.done("lots.jsonl")));
        assertThat(one.outbox("many.output.jsonl"))
                .hasSameTextualContentAs(other.outbox("lots.output.jsonl"))
                .content()
                .hasLineCount(LINES);
        assertThat(model.questions()).hasSize(LINES);
    }

    @Test
    void takesUpWhatAnotherLeavesUndone() throws Exception {
        model.always(new Fault.Silence());
        one.drop("many.jsonl", batch());
        await().until(() -> model.inFlight() > 1);

        other.stop(Duration.ZERO);
        model.heal();
        other = app("third", 8);

        await().until(() -> Files.exists(one.done("many.jsonl")));
        assertThat(one.outbox("many.output.jsonl")).content().hasLineCount(LINES);
        assertThat(one.outbox("many.errors.jsonl")).doesNotExist();
        assertThat(model.questions()).hasSizeBetween(LINES + 2, LINES + 8);
    }

    @Test
    void goesOnWhenTheBrokerIsBack() throws Exception {
        model.always(new Fault.Pause(0, Duration.ofSeconds(1)));
        one.drop("many.jsonl", batch());
        await().until(() -> model.questions().size() > 8);

        broker.restart();
        model.heal();

        await().until(() -> Files.exists(one.done("many.jsonl")));
        assertThat(one.outbox("many.output.jsonl")).content().hasLineCount(LINES);
        assertThat(one.outbox("many.errors.jsonl")).doesNotExist();
    }
}
