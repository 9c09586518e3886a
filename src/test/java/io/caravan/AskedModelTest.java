package io.caravan;

import static io.caravan.testing.ChatClient.json;
import static io.caravan.testing.ChatClient.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Call;
import io.caravan.demo.Model;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of a question reaches which model's server, in its own words. */
class AskedModelTest {

    private static final String EVERYTHING = """
            {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"ho"},{"role":"user","content":"hey"}],
             "system":"be brief","format":{"type":"object","properties":{"a":{"type":"string"}}},
             "options":{"temperature":0.5,"top_p":0.25,"max_tokens":9,"stop":["x","y"],"seed":42}}""";

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static TestApp app;
    ChatClient client;

    @BeforeAll
    static void start() {
        model = ScriptedModel.builder()
                .models(Model.named("scripted"), Model.named("other"), Model.named("hf.co/x/y"))
                .script(Script.always(Reply.of(Words.of("one two"), Pace.AT_ONCE)))
                .start();
        app = TestApp.in(folder)
                .ollama("ollama", model.url())
                .openAi("openai", model.openAiUrl())
                .ollama(
                        "set",
                        model.url(),
                        "system=from the settings",
                        "temperature=0.125",
                        "top-p=0.5",
                        "max-tokens=7")
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
    }

    private Call ask(JsonNode payload) {
        assertThat(client.chat("r1", payload).end("r1").get("status").asText()).isEqualTo("complete");
        List<Call> calls = model.questions();
        return calls.get(calls.size() - 1);
    }

    private static JsonNode everything(String asked) {
        return ((com.fasterxml.jackson.databind.node.ObjectNode) json(EVERYTHING)).put("model", asked);
    }

    @Test
    void asksOllamaInItsWords() {
        Call call = ask(everything("ollama/scripted"));

        assertThat(call.path()).isEqualTo("/api/chat");
        assertThat(call.json()).isEqualTo(json("""
                        {"model":"scripted",
                         "messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"},
                           {"role":"assistant","content":"ho"},{"role":"user","content":"hey"}],
                         "stream":true,
                         "format":{"type":"object","properties":{"a":{"type":"string"}}},
                         "options":{"temperature":0.5,"top_p":0.25,"num_predict":9,"stop":["x","y"],"seed":42}}"""));
    }

    @Test
    void asksOpenAiInItsWords() {
        Call call = ask(everything("openai/scripted"));

        assertThat(call.path()).isEqualTo("/v1/chat/completions");
        assertThat(call.json()).isEqualTo(json("""
                        {"model":"scripted",
                         "messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"},
                           {"role":"assistant","content":"ho"},{"role":"user","content":"hey"}],
                         "stream":true,"stream_options":{"include_usage":true},
                         "response_format":{"type":"json_schema","json_schema":{"name":"answer",
                           "schema":{"type":"object","properties":{"a":{"type":"string"}}}}},
                         "temperature":0.5,"top_p":0.25,"max_tokens":9,"stop":["x","y"],"seed":42}"""));
    }

    @Test
    void fillsInWhatTheProviderIsSetTo() {
        JsonNode sent =
                ask(object().put("text", "hi").put("model", "set/scripted")).json();

        assertThat(sent.at("/messages/0/content").asText()).isEqualTo("from the settings");
        assertThat(sent.get("options")).isEqualTo(json("{\"temperature\":0.125,\"top_p\":0.5,\"num_predict\":7}"));
    }

    @Test
    void prefersWhatTheRequestSays() {
        JsonNode sent = ask(everything("set/scripted")).json();

        assertThat(sent.at("/messages/0/content").asText()).isEqualTo("be brief");
        assertThat(sent.at("/options/temperature").asDouble()).isEqualTo(0.5);
        assertThat(sent.at("/options/num_predict").asInt()).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource({
        "openai/other, /v1/chat/completions, other",
        "other, /api/chat, other",
        "hf.co/x/y, /api/chat, hf.co/x/y",
        "openai/hf.co/x/y, /v1/chat/completions, hf.co/x/y",
        "set/other, /api/chat, other"
    })
    void takesTheFirstSegmentForAProviderOnlyIfThereIsOne(String asked, String path, String named) {
        Call call = ask(object().put("text", "hi").put("model", asked));

        assertThat(call.path()).isEqualTo(path);
        assertThat(call.json().get("model").asText()).isEqualTo(named);
    }

    @Test
    void asksTheDefaultProviderForItsModelWhereNoneIsNamed() {
        Call call = ask(object().put("text", "hi"));

        assertThat(call.path()).isEqualTo("/api/chat");
        assertThat(call.json())
                .isEqualTo(
                        json(
                                "{\"model\":\"scripted\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":true}"));
    }

    @Test
    void takesNothingFromTheHandshake() {
        try (ChatClient other = ChatClient.connect(
                app.uri(
                        "/ws/chat?CaravanModel=openai/other&CaravanSystem=evil&CamelHttpPath=/elsewhere&CaravanReplyTo=log:evil"))) {
            other.chat("r1", "hi");

            assertThat(other.end("r1").at("/metadata/provider").asText()).isEqualTo("ollama");
        }
        List<Call> calls = model.questions();
        Call last = calls.get(calls.size() - 1);
        assertThat(last.path()).isEqualTo("/api/chat");
        assertThat(last.body()).doesNotContain("evil", "other");
    }
}
