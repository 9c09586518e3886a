package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.TestApp;
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
        return TestApp.in(folder).ollama(model, "max-retries=0").start();
    }

    @AfterEach
    void stop() {
        app.close();
        model.close();
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30));
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
}
