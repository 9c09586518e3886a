package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Pace;
import io.caravan.demo.ScriptedModel;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a WebSocket client is told of frames that break the contract; the connection goes on. */
class RefusedFramesTest {

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static TestApp app;
    ChatClient client;

    @BeforeAll
    static void start() {
        model = ScriptedModel.builder().pace(Pace.AT_ONCE).start();
        app = TestApp.in(folder).ollama(model).start();
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
    void goesOn() {
        client.send("ping", "still there");
        assertThat(client.end("still there").at("/metadata/pong").asBoolean()).isTrue();
        assertThat(model.questions()).isEmpty();
        client.close();
    }

    @ParameterizedTest
    @MethodSource
    void namesTheFieldThatIsWrong(String payload, String field) {
        client.send("{\"action\":\"chat\",\"request_id\":\"r1\",\"payload\":" + payload + "}");

        JsonNode error = client.error("r1");
        assertThat(error.get("code").asText()).isEqualTo("invalid_request");
        assertThat(error.get("status_code").asInt()).isEqualTo(400);
        assertThat(error.get("retryable").asBoolean()).isFalse();
        assertThat(error.get("partial").asBoolean()).isFalse();
        assertThat(error.get("message").asText()).contains(field);
    }

    static Stream<Arguments> namesTheFieldThatIsWrong() {
        return Stream.of(
                Arguments.of("{}", "payload.text"),
                Arguments.of("[]", "payload"),
                Arguments.of("\"text\"", "payload"),
                Arguments.of("null", "payload"),
                Arguments.of("{\"text\":1}", "payload.text"),
                Arguments.of("{\"text\":\"\"}", "payload.text is empty"),
                Arguments.of("{\"text\":\" \\n\\t\"}", "payload.text is empty"),
                Arguments.of("{\"text\":\"a\",\"messages\":[]}", "payload.messages"),
                Arguments.of("{\"messages\":[]}", "payload.messages"),
                Arguments.of("{\"messages\":{}}", "payload.messages"),
                Arguments.of("{\"messages\":[\"a\"]}", "payload.messages[0]"),
                Arguments.of("{\"messages\":[{\"role\":\"user\"}]}", "payload.messages[0].content"),
                Arguments.of("{\"messages\":[{\"role\":\"king\",\"content\":\"a\"}]}", "payload.messages[0].role"),
                Arguments.of(
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\",\"name\":\"n\"}]}",
                        "payload.messages[0].name"),
                Arguments.of(
                        "{\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]}", "payload.messages[0].tool_call_id"),
                Arguments.of("{\"text\":\"a\",\"nonsense\":1}", "payload.nonsense"),
                Arguments.of("{\"text\":\"a\",\"model\":7}", "payload.model"),
                Arguments.of("{\"text\":\"a\",\"system\":[]}", "payload.system"),
                Arguments.of("{\"text\":\"a\",\"timeout\":\"1s\"}", "payload.timeout"),
                Arguments.of("{\"text\":\"a\",\"timeout\":0}", "payload.timeout"),
                Arguments.of("{\"text\":\"a\",\"timeout\":-1}", "payload.timeout"),
                Arguments.of("{\"text\":\"a\",\"stream\":\"no\"}", "payload.stream"),
                Arguments.of("{\"text\":\"a\",\"format\":\"xml\"}", "payload.format"),
                Arguments.of("{\"text\":\"a\",\"format\":7}", "payload.format"),
                Arguments.of("{\"text\":\"a\",\"options\":[]}", "payload.options"),
                Arguments.of("{\"text\":\"a\",\"options\":{\"top_k\":1}}", "payload.options.top_k"),
                Arguments.of("{\"text\":\"a\",\"options\":{\"temperature\":\"1\"}}", "payload.options.temperature"),
                Arguments.of("{\"text\":\"a\",\"options\":{\"temperature\":3}}", "payload.options.temperature"),
                Arguments.of("{\"text\":\"a\",\"options\":{\"top_p\":1.1}}", "payload.options.top_p"),
                Arguments.of("{\"text\":\"a\",\"options\":{\"max_tokens\":0}}", "payload.options.max_tokens"),
                Arguments.of("{\"text\":\"a\",\"options\":{\"max_tokens\":1.5}}", "payload.options.max_tokens"),
                Arguments.of("{\"text\":\"a\",\"options\":{\"seed\":\"1\"}}", "payload.options.seed"),
                Arguments.of("{\"text\":\"a\",\"options\":{\"stop\":[1]}}", "payload.options.stop"),
                Arguments.of(
                        "{\"text\":\"a\",\"options\":{\"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\"]}}",
                        "payload.options.stop"),
                Arguments.of("{\"text\":\"a\",\"tools\":\"time\"}", "payload.tools"),
                Arguments.of("{\"text\":\"a\",\"session_id\":\"s\"}", "payload.session_id"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"request_id\":\"r1\"}",
                "{\"action\":\"dance\",\"request_id\":\"r1\"}",
                "{\"action\":7,\"request_id\":\"r1\"}",
                "{\"action\":\"chat\",\"request_id\":\"r1\"}",
                "{\"action\":\"ping\",\"request_id\":\"r1\",\"payload\":{}}",
                "{\"action\":\"ping\",\"request_id\":\"r1\",\"more\":1}"
            })
    void refusesWhatIsNoActionUnderItsId(String frame) {
        client.send(frame);

        assertThat(client.error("r1").get("code").asText()).isEqualTo("invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"approve", "reject"})
    void refusesADecisionOnAToolOfARequestThatIsNotInFlight(String action) {
        client.send("{\"action\":\"" + action + "\",\"request_id\":\"r1\",\"call_id\":\"c1\"}");

        JsonNode error = client.error("r1");
        assertThat(error.get("code").asText()).isEqualTo("invalid_request");
        assertThat(error.get("message").asText()).contains("no request of this request_id is in flight");
    }

    @ParameterizedTest
    @ValueSource(strings = {"approve", "reject"})
    void refusesADecisionThatNamesNoCall(String action) {
        client.send("{\"action\":\"" + action + "\",\"request_id\":\"r1\"}");

        assertThat(client.error("r1").get("message").asText()).contains("call_id");
    }

    @Test
    void refusesAToolThatIsNotThereByItsName() {
        client.send(
                "{\"action\":\"chat\",\"request_id\":\"r1\",\"payload\":{\"text\":\"a\",\"tools\":[\"time__now\"]}}");

        JsonNode error = client.error("r1");
        assertThat(error.get("code").asText()).isEqualTo("invalid_request");
        assertThat(error.get("message").asText()).contains("time__now");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "[]",
                "7",
                "{\"action\":\"ping\"",
                "{\"action\":\"ping\"}",
                "{\"action\":\"ping\",\"request_id\":7}",
                "{\"action\":\"ping\",\"request_id\":null}",
                "{\"action\":\"ping\",\"request_id\":\"\"}",
                "{\"action\":\"ping\",\"request_id\":\"a\",\"request_id\":\"b\"}",
                "{\"action\":\"ping\",\"request_id\":\"a\"} {}"
            })
    void answersWithNoIdWhatHoldsNone(String frame) {
        client.send(frame);

        JsonNode event = client.next(ChatClient.NOBODY);
        assertThat(event.get("request_id").isNull()).isTrue();
        assertThat(event.get("status").asText()).isEqualTo("error");
        assertThat(event.at("/error/code").asText()).isEqualTo("invalid_request");
    }

    @Test
    void takesAnIdOf128CharactersAndNoLongerOne() {
        String longest = "😀".repeat(128);
        client.send("ping", longest);
        assertThat(client.end(longest).get("status").asText()).isEqualTo("complete");

        client.send("ping", longest + "x");
        assertThat(client.next(ChatClient.NOBODY).at("/error/message").asText())
                .contains("request_id")
                .contains("128");
    }

    @Test
    void refusesABinaryFrame() {
        client.sendBinary(
                "{\"action\":\"ping\",\"request_id\":\"b\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(client.next(ChatClient.NOBODY).at("/error/message").asText()).contains("binary");
    }
}
