package io.caravan;

import static io.caravan.testing.ChatClient.object;
import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a WebSocket client hears, event by event. */
class WebSocketEventsTest {

    private static final String BOTH = "one two three";

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static TestApp app;
    ChatClient client;

    @BeforeAll
    static void start() {
        model = ScriptedModel.builder()
                .script(question -> question.thinks()
                        ? Reply.of(Words.of(BOTH), Pace.AT_ONCE).thinking(Words.of("hm, well"))
                        : Reply.of(Words.of(BOTH), Pace.AT_ONCE))
                .start();
        app = TestApp.in(folder)
                .ollama(model)
                .openAi("openai", model.openAiUrl())
                .set("caravan.websocket.max-in-flight=1024")
                .start();
    }

    @AfterAll
    static void stop() {
        app.close();
        model.close();
    }

    @BeforeEach
    void connect() {
        client = app.connect();
    }

    @AfterEach
    void disconnect() {
        client.close();
        model.heal();
    }

    @Test
    void saysThatARequestIsUnderWayWithItsProviderAndModel() {
        client.chat("r1", "hello");

        assertThat(client.next("r1").toString())
                .isEqualTo("{\"request_id\":\"r1\",\"status\":\"processing\",\"metadata\":{\"provider\":\"ollama\","
                        + "\"model\":\"scripted\",\"session_id\":null,\"tools\":[]}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ollama", "openai"})
    void sendsEachChunkAsItCameWithItsIndexFromZero(String provider) {
        client.chat("r1", object().put("text", "hello").put("model", provider + "/scripted"));

        List<JsonNode> events = client.all("r1");

        assertThat(events.subList(1, 4))
                .extracting(JsonNode::toString)
                .containsExactly(chunk("one", 0), chunk(" two", 1), chunk(" three", 2));
    }

    private static String chunk(String data, int index) {
        return "{\"request_id\":\"r1\",\"status\":\"chunk\",\"chunk\":{\"type\":\"text\",\"data\":\"" + data
                + "\",\"metadata\":{\"index\":" + index + "}}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"ollama", "openai"})
    void completesWithUsageTimingsAndAttempts(String provider) {
        client.chat("r1", object().put("text", "hello").put("model", provider + "/scripted"));

        JsonNode end = client.end("r1");

        assertThat(fields(end)).containsExactly("request_id", "status", "metadata");
        JsonNode metadata = end.get("metadata");
        assertThat(fields(metadata))
                .containsExactly("provider", "model", "finish_reason", "usage", "timings", "attempts", "resumed");
        assertThat(metadata.get("provider").asText()).isEqualTo(provider);
        assertThat(metadata.get("model").asText()).isEqualTo("scripted");
        assertThat(metadata.get("finish_reason").asText()).isEqualTo("stop");
        JsonNode usage = metadata.get("usage");
        assertThat(fields(usage)).containsExactly("prompt_tokens", "completion_tokens", "total_tokens");
        assertThat(usage.get("completion_tokens").asInt()).isEqualTo(3);
        assertThat(usage.get("prompt_tokens").asInt()).isPositive();
        assertThat(usage.get("total_tokens").asInt())
                .isEqualTo(usage.get("prompt_tokens").asInt() + 3);
        JsonNode timings = metadata.get("timings");
        assertThat(fields(timings)).containsExactly("first_chunk_ms", "total_ms");
        assertThat(timings.get("first_chunk_ms").asLong())
                .isBetween(0L, timings.get("total_ms").asLong());
        assertThat(metadata.get("attempts").intValue()).isEqualTo(1);
        assertThat(metadata.get("resumed")).isEqualTo(ChatClient.json("false"));
    }

    @Test
    void saysThatTheAnswerWasCutAtItsLength() {
        var payload = object().put("text", "hello");
        payload.putObject("options").put("max_tokens", 2);

        client.chat("r1", payload);

        List<JsonNode> events = client.all("r1");
        assertThat(text(events)).isEqualTo("one two");
        assertThat(events.get(events.size() - 1).at("/metadata/finish_reason").asText())
                .isEqualTo("length");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ollama", "openai"})
    void sendsTheWholeTextAsOneChunkWhereNoStreamIsWanted(String provider) {
        client.chat("r1", object().put("text", "hello").put("stream", false).put("model", provider + "/scripted"));

        List<JsonNode> events = client.all("r1");

        assertThat(events)
                .extracting(event -> event.get("status").asText())
                .containsExactly("processing", "chunk", "complete");
        assertThat(events.get(1).toString()).isEqualTo(chunk(BOTH, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ollama", "openai"})
    void keepsWhatTheModelThinksApartFromItsAnswer(String provider) {
        client.chat("r1", object().put("text", "hello").put("model", provider + "/scripted-thinker"));

        List<JsonNode> events = client.all("r1");

        assertThat(events.subList(1, 4))
                .extracting(event -> event.at("/chunk/type").asText())
                .containsExactly("thinking", "thinking", "text");
        assertThat(events.get(1).at("/chunk/data").asText()).isEqualTo("hm,");
        assertThat(events.get(3).at("/chunk/metadata/index").asInt()).isEqualTo(2);
        assertThat(text(events)).isEqualTo(BOTH);
    }

    @Test
    void answersManyRequestsOfAConnectionEachInItsOrder() {
        int requests = 100;
        model.always(new Fault.Pause(1, Duration.ofMillis(50)));

        for (int i = 0; i < requests; i++) {
            client.chat("r" + i, "hello");
        }

        for (int i = 0; i < requests; i++) {
            List<JsonNode> events = client.all("r" + i);
            assertThat(events)
                    .extracting(event -> event.get("status").asText())
                    .containsExactly("processing", "chunk", "chunk", "chunk", "complete");
            assertThat(text(events)).isEqualTo(BOTH);
            assertThat(events.get(3).at("/chunk/metadata/index").asInt()).isEqualTo(2);
        }
    }

    @Test
    void answersManyRequestsOfAConnectionAtOnceWhileNoneIsComplete() {
        int requests = 100;
        model.always(new Fault.Stall(1));

        for (int i = 0; i < requests; i++) {
            client.chat("r" + i, "hello");
        }

        for (int i = 0; i < requests; i++) {
            assertThat(text(client.until("r" + i, "chunk"))).isEqualTo("one");
        }
    }

    @Test
    void refusesASecondRequestOfAnIdInFlightAndGoesOnWithTheFirst() {
        model.always(new Fault.Pause(1, Duration.ofSeconds(2)));
        client.chat("r1", "hello");
        client.until("r1", "chunk");

        client.chat("r1", "again");

        List<JsonNode> events = new ArrayList<>(client.all("r1"));
        assertThat(events.get(0).at("/error/code").asText()).isEqualTo("invalid_request");
        assertThat(events.get(0).at("/error/message").asText()).contains("r1").contains("in flight");
        assertThat(text(client.all("r1"))).isEqualTo(" two three");
    }

    @Test
    void takesAnIdAnewOnceItsRequestIsComplete() {
        for (int i = 0; i < 50; i++) {
            client.chat("again", "hello");

            assertThat(client.end("again").get("status").asText()).isEqualTo("complete");
        }
    }

    @Test
    void saysNothingMoreForAnIdAfterItsEnd() {
        client.chat("r1", "hello");
        client.all("r1");
        client.send("ping", "p");
        client.all("p");

        assertThat(client.silent("r1")).isTrue();
    }

    @Test
    void answersAPing() {
        client.send("ping", "p1");

        assertThat(client.next("p1").toString())
                .isEqualTo("{\"request_id\":\"p1\",\"status\":\"complete\",\"metadata\":{\"pong\":true}}");
    }

    @Test
    void listsTheModelsOfAllProviders() {
        client.send("models", "m1");

        assertThat(client.next("m1").toString())
                .isEqualTo("{\"request_id\":\"m1\",\"status\":\"complete\",\"metadata\":{\"models\":["
                        + "\"ollama/scripted:latest\",\"ollama/scripted-thinker:latest\","
                        + "\"openai/scripted:latest\",\"openai/scripted-thinker:latest\"]}}");
    }

    @Test
    void cancelsTheRequestThatIsNamedAndNoOther() {
        model.always(new Fault.Stall(1));
        client.chat("a", "hello").chat("b", "hello").chat("c", "hello");
        client.until("a", "chunk");
        client.until("b", "chunk");
        client.until("c", "chunk");

        client.send("cancel", "b");

        assertThat(client.next("b").toString())
                .contains("\"code\":\"cancelled\"")
                .contains("\"retryable\":false,\"partial\":true,\"status_code\":499");
        assertThat(client.silent("a")).isTrue();
        assertThat(client.silent("c")).isTrue();
        client.send("cancel", "a").send("cancel", "c");
        assertThat(client.error("a").get("code").asText()).isEqualTo("cancelled");
        assertThat(client.error("c").get("code").asText()).isEqualTo("cancelled");
    }

    @Test
    void refusesToCancelWhatIsNotInFlight() {
        client.send("cancel", "unknown");

        JsonNode error = client.error("unknown");

        assertThat(error.get("code").asText()).isEqualTo("invalid_request");
        assertThat(error.get("status_code").asInt()).isEqualTo(400);
    }

    @Test
    void saysOfNoRequestThatItIsNotInFlightBeforeItsEndIsTold() {
        for (int i = 0; i < 300; i++) {
            String id = "late" + i;
            client.chat(id, "hello");
            client.until(id, "chunk");

            client.send("cancel", id);

            List<JsonNode> events = client.all(id);
            assertThat(events.get(events.size() - 1).at("/error/code").asText()).isNotEqualTo("invalid_request");
        }
    }

    @Test
    void cannotCancelTheRequestOfAnotherConnection() {
        model.always(new Fault.Stall(1));
        client.chat("mine", "hello");
        client.until("mine", "chunk");

        try (ChatClient other = app.connect()) {
            other.send("cancel", "mine");

            assertThat(other.error("mine").get("code").asText()).isEqualTo("invalid_request");
        }
        assertThat(client.silent("mine")).isTrue();
    }

    @Test
    void carriesTextOfEveryKindUnchanged() {
        String odd = "é 😀 \"quoted\" \\ \t 漢字";
        try (ScriptedModel echo = ScriptedModel.builder()
                        .script(question -> Reply.of(Words.of(List.of(question.prompt())), Pace.AT_ONCE))
                        .start();
                TestApp other = TestApp.in(folder.resolve("other")).ollama(echo).start();
                ChatClient asking = other.connect()) {
            asking.chat("é😀", odd);

            assertThat(text(asking.all("é😀"))).isEqualTo(odd);
        }
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
