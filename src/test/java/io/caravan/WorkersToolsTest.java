package io.caravan;

import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.demo.Pace;
import io.caravan.demo.Question;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.ToolCall;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.OutsideBroker;
import io.caravan.testing.TestApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker's tools, for a caller of a process that has doors only. */
class WorkersToolsTest {

    private static final String TOOLS = """
            - route:
                id: cancel-order
                from:
                  uri: tool:cancel_order
                  parameters:
                    description: Cancel an order
                  steps:
                    - setBody: {constant: "cancelled"}
            - route:
                id: find-order
                from:
                  uri: tool:find_order
                  parameters:
                    description: Find an order
                  steps:
                    - setBody: {constant: "found"}
            """;

    private static final ToolCall CALL = new ToolCall("call_1", "cancel_order", JsonNodeFactory.instance.objectNode());
    private static final ToolCall SEARCH = new ToolCall("call_2", "find_order", JsonNodeFactory.instance.objectNode());

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static OutsideBroker broker;
    static TestApp worker;
    static TestApp front;

    ChatClient client;

    @BeforeAll
    static void start() throws Exception {
        model = ScriptedModel.builder().script(WorkersToolsTest::answer).start();
        broker = OutsideBroker.in(folder.resolve("broker"));
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.writeString(routes.resolve("tools.camel.yaml"), TOOLS);
        worker = TestApp.in(Files.createDirectory(folder.resolve("worker")))
                .ollama(model)
                .routes(routes)
                .set(
                        "caravan.broker.url=" + broker.url(),
                        "caravan.questions.consumers=8",
                        "caravan.tools.confirm=cancel_*")
                .start();
        front = TestApp.in(Files.createDirectory(folder.resolve("front")))
                .ollama("ollama", URI.create("http://127.0.0.1:" + TestApp.closedPort()))
                .set("caravan.broker.url=" + broker.url(), "caravan.answered-by=workers")
                .start();
    }

    /** Calls the tool; what it says is the answer. */
    private static Reply answer(Question question) {
        List<Question.Said> results = question.results();
        if (!results.isEmpty()) {
            return Reply.of(Words.of(results.get(0).text()), Pace.AT_ONCE);
        }
        return question.prompt().equals("find it")
                ? Reply.calling(List.of(SEARCH), Pace.AT_ONCE).saying(Words.of("let me see"))
                : Reply.calling(List.of(CALL), Pace.AT_ONCE);
    }

    @AfterAll
    static void stop() throws Exception {
        front.close();
        worker.close();
        broker.stop();
        model.close();
    }

    @BeforeEach
    void connect() {
        client = front.connect();
    }

    @AfterEach
    void leave() {
        client.close();
    }

    @Test
    void runWhenTheCallerApprovesOfThem() {
        JsonNode call = asked();

        say("approve", call);

        assertThat(text(client.all("r1"))).isEqualTo("cancelled");
    }

    @Test
    void doNotRunWhenTheCallerRejectsThem() {
        JsonNode call = asked();

        say("reject", call);

        assertThat(text(client.all("r1"))).isNotEqualTo("cancelled").isNotEmpty();
    }

    @Test
    void leaveARouteOfTheFrontsOwnTheTextThatTheWorkersOwnWouldGet() {
        String there = wholeText(worker);

        assertThat(there).isEqualTo("found");
        assertThat(wholeText(front)).isEqualTo(there);
    }

    private static String wholeText(TestApp app) {
        try (ProducerTemplate producer = app.app().context().createProducerTemplate()) {
            return producer.requestBody("direct:chat", "find it", String.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The call that waits for the caller's word. */
    private JsonNode asked() {
        ObjectNode payload = JsonNodeFactory.instance.objectNode().put("text", "cancel it");
        payload.putArray("tools").add("cancel_order");
        client.chat("r1", payload);
        JsonNode call = ChatClient.last(client.until("r1", "chunk")).at("/chunk/data");
        assertThat(call.path("awaiting").asBoolean()).isTrue();
        return call;
    }

    private void say(String action, JsonNode call) {
        client.send(JsonNodeFactory.instance
                .objectNode()
                .put("action", action)
                .put("request_id", "r1")
                .put("call_id", call.path("call_id").asText())
                .toString());
    }
}
