package io.caravan;

import static io.caravan.testing.ChatClient.json;
import static io.caravan.testing.ChatClient.object;
import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Call;
import io.caravan.demo.Fault;
import io.caravan.demo.Fault.Cut;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.ToolCall;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Agent backends of every shape, asked over a WebSocket. */
class AgentBackendsTest {

    private static final String UNBREAKABLE = "breaker.minimum-calls=1000";
    private static final String WIDE = "breaker.window=1000";

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static TestApp app;
    ChatClient client;
    int before;

    @BeforeAll
    static void start() {
        ToolCall call = new ToolCall("c1", "clock", json("{\"tz\":\"UTC\"}"));
        model = ScriptedModel.builder()
                .script(question -> question.prompt().contains("clock")
                        ? new Reply(Words.of("hm"), Words.of("It is noon."), List.of(call), Pace.AT_ONCE, true)
                        : Reply.of(Words.of("one two three"), Pace.AT_ONCE))
                .start();
        app = TestApp.in(folder)
                .agent("plain", model.url(), UNBREAKABLE, WIDE)
                .agent("run", model.url(), UNBREAKABLE, WIDE, "path=/run", "text-pointer=/output")
                .agent("ag-ui", model.url(), UNBREAKABLE, WIDE, "shape=ag-ui")
                .agent("vercel", model.url(), UNBREAKABLE, WIDE, "shape=vercel")
                .agent("strict", model.url(), UNBREAKABLE, WIDE, "end=done", "max-retries=0")
                .agent("lost", model.url(), UNBREAKABLE, WIDE, "path=/nowhere")
                .agent("own", model.url(), UNBREAKABLE, WIDE, "request={\"prompt\":\"$prompt\"}", "model=small")
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
        before = model.questions().size();
    }

    @AfterEach
    void disconnect() {
        client.close();
        model.heal();
    }

    private List<JsonNode> ask(String provider, String prompt) {
        return client.chat("r1", object().put("text", prompt).put("model", provider + "/default"))
                .all("r1");
    }

    private JsonNode fail(String provider) {
        return client.chat("r1", object().put("text", "hello").put("model", provider + "/default"))
                .error("r1");
    }

    private static Call last() {
        List<Call> calls = model.questions();
        return calls.get(calls.size() - 1);
    }

    @ParameterizedTest
    @CsvSource({"plain, /stream", "run, /run", "ag-ui, /stream", "vercel, /stream"})
    void answersInWhateverShapeTheAgentDoes(String provider, String path) {
        List<JsonNode> events = ask(provider, "hello");

        JsonNode end = ChatClient.last(events);
        assertThat(text(events)).isEqualTo("one two three");
        assertThat(end.at("/metadata/provider").asText()).isEqualTo(provider);
        assertThat(end.at("/metadata/model").asText()).isEqualTo("default");
        assertThat(end.at("/metadata/finish_reason").asText()).isEqualTo("stop");
        assertThat(end.at("/metadata/usage/completion_tokens").asInt()).isEqualTo(3);
        assertThat(last().path()).isEqualTo(path);
        assertThat(last().headers().get("Accept")).startsWith("text/event-stream, application/json");
        assertThat(last().json().has("model")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ag-ui", "vercel"})
    void showsWhatAnAgentThinksAndDoes(String provider) {
        List<JsonNode> events = ask(provider, "what says the clock?");

        assertThat(events)
                .extracting(event -> event.at("/chunk/type").asText(""))
                .contains("thinking", "text", "tool_call", "tool_result");
        assertThat(events.stream()
                        .map(event -> event.path("chunk"))
                        .filter(chunk -> chunk.path("type").asText().equals("tool_result")))
                .singleElement()
                .satisfies(chunk -> assertThat(chunk.get("data"))
                        .isEqualTo(json(
                                "{\"call_id\":\"c1\",\"name\":\"clock\",\"result\":\"scripted\",\"is_error\":false}")));
    }

    @Test
    void asksTheDefaultProviderThoughNoModelIsNamedAnywhere() {
        List<JsonNode> events = client.chat("r1", "hello").all("r1");

        assertThat(events.get(0).at("/metadata/model").asText()).isEqualTo("default");
        assertThat(text(events)).isEqualTo("one two three");
    }

    @Test
    void namesTheModelThatIsSetOnlyWhereTheBodyHasAPlaceForIt() {
        client.chat("r1", object().put("text", "hello").put("model", "own/")).end("r1");

        assertThat(last().json()).isEqualTo(json("{\"prompt\":\"hello\"}"));
    }

    @Test
    void listsEachAgentAsAModelWithoutAskingIt() {
        int calls = model.calls().size();

        JsonNode models = client.send("models", "m").end("m").at("/metadata/models");

        assertThat(models)
                .extracting(JsonNode::asText)
                .contains("plain/default", "ag-ui/default", "own/small")
                .hasSize(7);
        assertThat(model.calls()).hasSize(calls);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ag-ui", "vercel"})
    void tellsAnAnswerThatLacksItsLastEventFromAWholeOne(String provider) {
        model.next(new Fault.Unterminated());

        JsonNode error = fail(provider);

        assertThat(error.get("code").asText()).isEqualTo("stream_interrupted");
        assertThat(error.get("partial").asBoolean()).isTrue();
        assertThat(model.questions()).hasSize(before + 1);
    }

    @Test
    void takesTheEndOfAPlainStreamForItsEndUnlessAnotherIsSet() {
        model.always(new Fault.Cut(3, Cut.How.END));

        assertThat(text(ask("plain", "hello"))).isEqualTo("one two three");
        assertThat(fail("strict").get("code").asText()).isEqualTo("stream_interrupted");
    }

    @ParameterizedTest
    @EnumSource(
            value = Cut.How.class,
            names = {"CLOSE", "RESET"})
    void tellsAnAnswerThatIsBrokenOff(Cut.How how) {
        for (String provider : new String[] {"plain", "ag-ui", "vercel"}) {
            model.next(new Fault.Cut(2, how));

            JsonNode error = fail(provider);

            assertThat(error.get("code").asText()).as(provider).isEqualTo("stream_interrupted");
            assertThat(error.get("partial").asBoolean()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "ag-ui", "vercel"})
    void keepsTheWordsOfAnErrorInTheStreamAndTriesAgainBeforeIt(String provider) {
        model.next(new Fault.ErrorLine(0, "no more fuel"), new Fault.ErrorLine(2, "no more fuel"));

        JsonNode error = fail(provider);

        assertThat(error.get("code").asText()).isEqualTo("stream_interrupted");
        assertThat(error.get("message").asText()).contains("no more fuel");
        assertThat(model.questions()).hasSize(before + 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "ag-ui", "vercel", "run"})
    void readsAnAnswerThatComesByteByByte(String provider) {
        model.next(new Fault.ByteByByte());

        assertThat(text(ask(provider, "hello"))).isEqualTo("one two three");
    }

    @Test
    void tellsWhatAnAgentHasAgainstABody() {
        model.next(new Fault.Status(
                422,
                Map.of("Content-Type", "application/json"),
                Buffer.buffer("{\"detail\":[{\"loc\":[\"body\",\"threadId\"],\"msg\":\"Field required\"}]}")));

        JsonNode error = fail("plain");

        assertThat(error.get("code").asText()).isEqualTo("invalid_request");
        assertThat(error.get("message").asText()).endsWith("body.threadId: Field required");
        assertThat(model.questions()).hasSize(before + 1);
    }

    @Test
    void namesTheSettingsWhereThePathIsWrong() {
        JsonNode error = fail("lost");

        assertThat(error.get("code").asText()).isEqualTo("provider_rejected");
        assertThat(error.get("message").asText()).contains("url and path settings");
    }

    @Test
    void retriesAnAgentThatIsBusy() {
        model.next(Fault.status(503));

        List<JsonNode> events = ask("ag-ui", "hello");

        assertThat(ChatClient.last(events).at("/metadata/attempts").asInt()).isEqualTo(2);
    }
}
