package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.batch.LineQueue;
import io.caravan.broker.Endurance;
import io.caravan.broker.Queues;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.CapturedLog;
import io.caravan.testing.TestApp;
import jakarta.jms.Connection;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of batch files: inbox, queue, ledger, output. */
class BatchDoorTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    ScriptedModel model;
    TestApp app;

    @BeforeEach
    void start() {
        model = ScriptedModel.builder()
                .script(question ->
                        Reply.of(Words.of("an answer to " + question.prompt().strip()), Pace.AT_ONCE))
                .start();
        app = open();
    }

    private TestApp open() {
        return TestApp.in(folder)
                .withQueues()
                .ollama(model, "max-retries=0", "breaker.open-for=1s")
                .start();
    }

    @AfterEach
    void stop() {
        app.stop(Duration.ZERO);
        model.close();
    }

    private static ConditionFactory soon() {
        return await();
    }

    static String line(String id, String prompt) {
        return "{\"custom_id\":\"" + id + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
                + "{\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}}\n";
    }

    private List<JsonNode> output(String name) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(app.outbox(name))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    @Test
    void answersEachLineInTheOrderOfTheFile() throws Exception {
        app.drop("three.jsonl", line("a", "red") + line("b", "green") + line("c", "blue"));

        soon().until(() -> Files.exists(app.done("three.jsonl")));
        assertThat(output("three.output.jsonl"))
                .extracting(line -> line.path("custom_id").asText())
                .containsExactly("a", "b", "c");
        assertThat(output("three.output.jsonl"))
                .extracting(line ->
                        line.at("/response/body/choices/0/message/content").asText())
                .containsExactly("an answer to red", "an answer to green", "an answer to blue");
        assertThat(app.outbox("three.errors.jsonl")).doesNotExist();
        assertThat(app.outbox("three.output.jsonl.partial")).doesNotExist();
        assertThat(app.inbox("three.jsonl")).doesNotExist();
    }

    @Test
    void makesAnErrorLineOfEachLineThatCannotBeAnswered() throws Exception {
        model.when(call -> call.body().contains("refused"), Fault.status(400));
        String odd = "{\"custom_id\":\"odd\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
                + "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"n\":2}}\n";

        app.drop("mixed.jsonl", line("good", "red") + odd + line("refused", "refused") + line("last", "blue"));

        soon().until(() -> Files.exists(app.done("mixed.jsonl")));
        assertThat(ids("mixed.output.jsonl")).containsExactly("good", "last");
        assertThat(ids("mixed.errors.jsonl")).containsExactly("odd", "refused");
        JsonNode first = output("mixed.errors.jsonl").get(0);
        assertThat(first.at("/error/code").asText()).isEqualTo("invalid_request");
        assertThat(first.at("/error/message").asText()).contains("body.n");
        assertThat(first.at("/response/status_code").asInt()).isEqualTo(400);
        assertThat(first.at("/response/body/error/code").asText()).isEqualTo("invalid_request");
        assertThat(model.questions()).hasSize(3);
    }

    @Test
    void asksNobodyWhenTheSameFileComesAgain() throws Exception {
        app.drop("once.jsonl", line("a", "red") + line("b", "green"));
        soon().until(() -> Files.exists(app.done("once.jsonl")));

        app.drop("once.jsonl", line("a", "red") + line("b", "green"));
        app.drop("twice.jsonl", line("a", "red") + line("b", "green"));

        soon().until(() -> Files.exists(app.done("once-2.jsonl")) && Files.exists(app.done("twice.jsonl")));
        assertThat(app.outbox("once-2.output.jsonl")).hasSameTextualContentAs(app.outbox("once.output.jsonl"));
        assertThat(app.outbox("twice.output.jsonl")).hasSameTextualContentAs(app.outbox("once.output.jsonl"));
        assertThat(model.questions()).hasSize(2);
    }

    @Test
    void refusesAFileThatIsNoBatchWithTheNumberOfTheLine() throws Exception {
        app.drop("twin.jsonl", line("a", "red") + "\n" + line("a", "blue"));

        soon().until(() -> Files.exists(app.failed("twin.jsonl")));
        JsonNode report = JSON.readTree(Files.readString(app.failed("twin.jsonl.error.json")));
        assertThat(report.at("/error/code").asText()).isEqualTo("invalid_request");
        assertThat(report.at("/error/message").asText()).contains("line 3", "line 1");
        assertThat(app.outbox("twin.output.jsonl")).doesNotExist();
        assertThat(model.questions()).isEmpty();
    }

    @Test
    void asksAgainUntilTheModelIsBack() throws Exception {
        model.always(Fault.status(503));

        app.drop("patient.jsonl", line("a", "red") + line("b", "green"));
        soon().until(() -> model.questions().size() >= 3);
        model.heal();

        soon().until(() -> Files.exists(app.done("patient.jsonl")));
        assertThat(ids("patient.output.jsonl")).containsExactly("a", "b");
        assertThat(app.outbox("patient.errors.jsonl")).doesNotExist();
    }

    @Test
    void goesOnAfterAStopWithoutAskingAgain() throws Exception {
        model.when(call -> call.body().contains("green"), new Fault.Silence());
        app.drop("stopped.jsonl", line("a", "red") + line("b", "green") + line("c", "blue"));
        soon().untilAsserted(() ->
                assertThat(app.outbox("stopped.output.jsonl.partial")).content().contains("\"a\"", "\"c\""));

        app.stop(Duration.ZERO);
        assertThat(app.inbox("stopped.jsonl")).exists();
        model.heal();
        app = open();

        soon().until(() -> Files.exists(app.done("stopped.jsonl")));
        assertThat(ids("stopped.output.jsonl")).containsExactly("a", "b", "c");
        assertThat(app.outbox("stopped-2.output.jsonl")).doesNotExist();
        assertThat(app.outbox("stopped.output.jsonl.partial")).doesNotExist();
        assertThat(model.questions().stream().filter(call -> !call.body().contains("green")))
                .hasSize(2);
    }

    @Test
    void endsWhatIsLeftWhenItsTimeIsOver() throws Exception {
        app.close();
        app = TestApp.in(folder)
                .withQueues()
                .ollama(model, "max-retries=0")
                .set("caravan.batch.expires=4s")
                .start();
        model.when(call -> call.body().contains("green"), new Fault.Silence());

        app.drop("late.jsonl", line("a", "red") + line("b", "green"));

        soon().until(() -> Files.exists(app.done("late.jsonl")));
        assertThat(ids("late.output.jsonl")).containsExactly("a");
        JsonNode late = output("late.errors.jsonl").get(0);
        assertThat(late.path("custom_id").asText()).isEqualTo("b");
        assertThat(late.path("response").isNull()).isTrue();
        assertThat(late.at("/error/code").asText()).isEqualTo("batch_expired");
        soon().untilAsserted(() -> assertThat(model.inFlight()).isZero());
    }

    @Test
    void endsABatchWhenAskedToAndTakesTheRestUpWhenItComesAgain() throws Exception {
        model.when(call -> call.body().contains("green"), new Fault.Silence());
        String content = line("a", "red") + line("b", "green");
        app.drop("unwanted.jsonl", content);
        soon().untilAsserted(() -> assertThat(app.outbox("unwanted.output.jsonl.partial"))
                .content()
                .contains("\"a\""));

        app.drop("unwanted.cancel", "");

        soon().until(() -> Files.exists(app.done("unwanted.jsonl")));
        assertThat(ids("unwanted.output.jsonl")).containsExactly("a");
        assertThat(output("unwanted.errors.jsonl").get(0).at("/error/code").asText())
                .isEqualTo("batch_cancelled");
        soon().untilAsserted(() -> assertThat(model.inFlight()).isZero());
        assertThat(app.inbox("unwanted.cancel")).doesNotExist();
        model.heal();

        app.drop("wanted.jsonl", content);

        soon().until(() -> Files.exists(app.done("wanted.jsonl")));
        assertThat(ids("wanted.output.jsonl")).containsExactly("a", "b");
        assertThat(model.questions()).hasSize(3);
    }

    @Test
    void showsHowFarItIs() throws Exception {
        model.when(call -> call.body().contains("green"), new Fault.Silence());
        app.drop(
                "shown.jsonl",
                line("a", "red") + line("b", "green").replace("]}}", "],\"n\":3}}") + line("c", "green"));

        soon().untilAsserted(() -> {
            assertThat(app.metric("caravan_batches_running", "")).isOne();
            assertThat(app.metric("caravan_batch_lines_done_total", "")).isOne();
            assertThat(app.metric("caravan_batch_lines_failed_total", "")).isOne();
            assertThat(app.metric("caravan_batch_lines_in_flight", "")).isOne();
        });
        assertThat(app.manage("/observe/health").body()).contains("\"database\"");
    }

    @Test
    void putsAFileThatWasWrittenOverBackIntoTheInbox() throws Exception {
        model.when(call -> call.body().contains("green"), new Fault.Pause(0, Duration.ofSeconds(3)));
        app.drop("changed.jsonl", line("b", "green"));
        soon().until(() -> !model.questions().isEmpty());

        Files.writeString(app.inbox("changed.jsonl"), line("c", "blue"));

        soon().until(() -> Files.exists(app.done("changed-2.jsonl")));
        assertThat(ids("changed.output.jsonl")).containsExactly("b");
        assertThat(ids("changed-2.output.jsonl")).containsExactly("c");
    }

    @Test
    void writesTheOutputOfABatchWhoseFileWasTakenAwayMeanwhile() throws Exception {
        model.when(call -> call.body().contains("green"), new Fault.Pause(0, Duration.ofSeconds(3)));

        try (CapturedLog log = CapturedLog.listen()) {
            app.drop("gone.jsonl", line("a", "green"));
            soon().until(() -> !model.questions().isEmpty());
            Files.delete(app.inbox("gone.jsonl"));

            log.await("io.caravan.camel.batch.BatchSteps", "1 answers, 0 errors");
            log.await("io.caravan.camel.OneLine", "gone.jsonl is no longer there");
            assertThat(log.all()).doesNotContain("ERROR", "WARN");
        }
        assertThat(ids("gone.output.jsonl")).containsExactly("a");
        Files.delete(app.outbox("gone.output.jsonl"));

        app.drop("gone.jsonl", line("b", "blue"));

        soon().until(() -> Files.exists(app.done("gone.jsonl")));
        assertThat(ids("gone.output.jsonl")).containsExactly("b");
    }

    @Test
    void writesItsOutputOnNoThreadThatWatchesAllBatches() throws Exception {
        model.when(call -> call.body().contains("slow"), new Fault.Silence());
        for (int i = 0; i < 16; i++) {
            app.drop("slow-" + i + ".txt", "slow");
        }
        soon().untilAsserted(() -> assertThat(model.inFlight()).isEqualTo(16));

        try (CapturedLog log = CapturedLog.listen()) {
            app.drop("one.jsonl", line("a", "red"));

            soon().until(() -> Files.exists(app.done("one.jsonl")));
            assertThat(log.threads("io.caravan.camel.batch.BatchSteps", "1 answers, 0 errors"))
                    .singleElement()
                    .asString()
                    .startsWith("batch-output-");
        }
    }

    @Test
    void makesAnErrorLineOfOneThatEndsTheProcessEachTime() throws Exception {
        String id = takenByOnesThatEnded(line("a", "red"), Endurance.MOST_DELIVERIES);
        Files.writeString(
                folder.resolve(".alone"), id + " once more"); // as processes leave it that ended with it alone

        app = open();

        soon().until(() -> Files.exists(app.done("poison.jsonl")));
        assertThat(output("poison.errors.jsonl").get(0).at("/error/code").asText())
                .isEqualTo("internal");
        assertThat(model.questions()).isEmpty();
    }

    @Test
    void answersALineThatWasOnlyTakenAlongByOneThatEndsTheProcess() throws Exception {
        takenByOnesThatEnded(line("a", "red"), Endurance.MOST_DELIVERIES + 3);

        app = open();

        soon().until(() -> Files.exists(app.done("poison.jsonl")));
        assertThat(ids("poison.output.jsonl")).containsExactly("a");
        assertThat(app.outbox("poison.errors.jsonl")).doesNotExist();
        assertThat(folder.resolve(".alone")).doesNotExist();
    }

    /** Leaves a line in the queue that was taken so often by processes that ended; returns how it is known. */
    private String takenByOnesThatEnded(String line, int times) throws Exception {
        app.close();
        app = TestApp.in(folder)
                .withQueues()
                .ollama(model)
                .set("caravan.batch.consumers=0")
                .start();
        app.drop("poison.jsonl", line);
        String id = "";
        try (Connection connection = app.app().queues().createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(Queues.BATCH))) {
            connection.start();
            for (int delivery = 1; delivery <= times; delivery++) {
                Message taken = consumer.receive();
                id = taken.getStringProperty(LineQueue.BATCH) + ":" + taken.getStringProperty(LineQueue.RUN) + ":"
                        + taken.getIntProperty(LineQueue.LINE);
                session.rollback(); // as the broker does with what a process has taken that ends
            }
        }
        assertThat(model.questions()).isEmpty();
        app.stop(Duration.ZERO);
        return id;
    }

    private List<String> ids(String name) throws IOException {
        return output(name).stream()
                .map(line -> line.path("custom_id").asText())
                .toList();
    }
}
