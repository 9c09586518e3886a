package io.caravan;

import static io.caravan.testing.ChatClient.json;
import static io.caravan.testing.ChatClient.object;
import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Call;
import io.caravan.demo.Fault;
import io.caravan.demo.Fault.Cut;
import io.caravan.demo.Model;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A server whose URLs have the model in them, asked over real sockets. */
class AskedGeminiTest {

    private static final String PATH = "/v1beta/models/scripted:streamGenerateContent";

    private static final Map<String, Object> FOREIGN = Map.of(
            "CamelHttpUri", "http://127.0.0.1:1/evil",
            "CamelRestHttpUri", "http://127.0.0.1:1/evil",
            "camelhttppath", "/evil",
            "CamelHttpQuery", "evil=1",
            "CamelHttpRawQuery", "evil=2",
            "CamelHttpMethod", "PUT",
            "X-Evil", "3");

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static TestApp app;
    static ProducerTemplate producer;
    ChatClient client;

    @BeforeAll
    static void start() {
        model = ScriptedModel.builder()
                .models(Model.named("scripted"), Model.named("other"))
                .script(Script.always(
                        Reply.of(Words.of("one two three"), Pace.AT_ONCE).thinking(Words.of("so so"))))
                .start();
        app = TestApp.in(folder)
                .gemini(
                        "gemini",
                        model.url(),
                        "api-key=shown",
                        "max-retries=1",
                        "retry-backoff-max=1s",
                        "breaker.minimum-calls=1000",
                        "breaker.window=1000")
                .start();
        producer = app.app().context().createProducerTemplate();
    }

    @AfterAll
    static void stop() throws Exception {
        producer.close();
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

    private static Call last() {
        List<Call> calls = model.calls();
        return calls.get(calls.size() - 1);
    }

    @Test
    void asksInItsWordsAndPassesTheAnswerOn() {
        client.chat("r1", json("""
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"ho"},
                  {"role":"user","content":"hey"}],
                 "system":"be brief","format":{"type":"object","properties":{"a":{"type":"string"}}},
                 "options":{"temperature":0.5,"top_p":0.25,"max_tokens":9,"stop":["x","y"],"seed":42}}"""));

        List<JsonNode> events = client.all("r1");
        JsonNode end = ChatClient.last(events);
        assertThat(text(events)).isEqualTo("one two three");
        assertThat(events.get(1).at("/chunk/type").asText()).isEqualTo("thinking");
        assertThat(end.at("/metadata/finish_reason").asText()).isEqualTo("stop");
        assertThat(end.at("/metadata/usage")).isEqualTo(json("""
                {"prompt_tokens":5,"completion_tokens":5,"total_tokens":10}"""));
        Call call = last();
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.path()).isEqualTo(PATH);
        assertThat(call.query()).isEqualTo("alt=sse");
        assertThat(call.headers()).containsEntry("x-goog-api-key", "shown").doesNotContainKey("authorization");
        assertThat(call.json()).isEqualTo(json("""
                {"systemInstruction":{"parts":[{"text":"be brief"}]},
                 "contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"text":"ho"}]},
                   {"role":"user","parts":[{"text":"hey"}]}],
                 "generationConfig":{"temperature":0.5,"topP":0.25,"maxOutputTokens":9,"stopSequences":["x","y"],
                   "seed":42,"responseMimeType":"application/json",
                   "responseJsonSchema":{"type":"object","properties":{"a":{"type":"string"}}}}}"""));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "gemini/other, models/other",
        "models/other, models/other",
        "gemini/models/other, models/other",
        "gemini/tunedModels/mine, tunedModels/mine",
        "gemini/no/such?model=a#b c%41, models/no%2Fsuch%3Fmodel%3Da%23b%20c%2541",
        "gemini/../../evil:x, models/..%2F..%2Fevil%3Ax",
        "gemini/{{caravan.port}}${header.x}, models/%7B%7Bcaravan.port%7D%7D%24%7Bheader.x%7D"
    })
    void hasTheModelInThePathAsOneSegmentWhateverItIsCalled(String asked, String resource) {
        client.chat("r1", object().put("text", "hi").put("model", asked)).end("r1");

        List<String> questions = model.calls().stream()
                .filter(call -> call.method().equals("POST"))
                .map(Call::path)
                .toList();
        assertThat(questions.get(questions.size() - 1)).isEqualTo("/v1beta/" + resource + ":streamGenerateContent");
    }

    @Test
    void saysWhichModelsThereAreWhereOneIsMissing() {
        JsonNode error = client.chat("r1", object().put("text", "hi").put("model", "nope"))
                .error("r1");

        assertThat(error.get("code").asText()).isEqualTo("model_not_found");
        assertThat(error.get("message").asText()).contains("gemini/scripted, gemini/other");
    }

    @Test
    void isSteeredByNothingFromOutside() {
        String answer = producer.requestBodyAndHeaders("direct:chat", "hi", FOREIGN, String.class);

        assertThat(answer).isEqualTo("one two three");
        assertThat(last().path()).isEqualTo(PATH);
        assertThat(last().query()).isEqualTo("alt=sse");
        assertThat(last().method()).isEqualTo("POST");
        assertThat(last().headers()).doesNotContainKey("x-evil");
    }

    @Test
    void takesNothingFromTheHandshake() {
        try (ChatClient other =
                ChatClient.connect(app.uri("/ws/chat?CamelHttpUri=http://127.0.0.1:1/evil&CamelHttpPath=/evil"
                        + "&CamelHttpQuery=evil=1&CaravanModelPath=evil"))) {
            other.chat("r1", "hi");

            assertThat(text(other.all("r1"))).isEqualTo("one two three");
        }
        assertThat(last().path()).isEqualTo(PATH);
        assertThat(last().query()).isEqualTo("alt=sse");
    }

    @Test
    void listsAllModelsInOnePageSteeredByNothingFromOutside() {
        Object models = producer.requestBodyAndHeaders("direct:models", "", FOREIGN);

        assertThat(models).isEqualTo(List.of("gemini/scripted", "gemini/other"));
        assertThat(last().path()).isEqualTo("/v1beta/models");
        assertThat(last().query()).isEqualTo("pageSize=1000");
        assertThat(last().headers()).containsEntry("x-goog-api-key", "shown").doesNotContainKey("x-evil");
    }

    @Test
    void leavesNothingBehindForTheNextCallOfARoute() {
        var exchange = producer.request("direct:models", any -> {});

        assertThat(exchange.getMessage().getHeaders().keySet()).noneMatch(name -> name.startsWith("CamelHttp"));
    }

    @Test
    void makesNoEndpointAndNoProducerPerModel() {
        client.chat("r0", "hi").end("r0");
        int before = app.app().context().getEndpoints().size();

        for (int i = 1; i <= 50; i++) {
            client.chat("r" + i, object().put("text", "hi").put("model", "gemini/model-" + i))
                    .end("r" + i);
        }

        assertThat(app.app().context().getEndpoints()).hasSize(before);
        assertThat(model.open()).isLessThanOrEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Cut.How.class)
    void tellsThatTheAnswerBrokeOff(Cut.How how) {
        model.next(new Cut(3, how));

        List<JsonNode> events = client.chat("r1", "hi").all("r1");

        assertThat(text(events)).isEqualTo("one");
        JsonNode error = ChatClient.last(events).get("error");
        assertThat(error.get("code").asText()).isEqualTo("stream_interrupted");
        assertThat(error.get("partial").asBoolean()).isTrue();
    }

    @Test
    void tellsWhatTheServerSaysInTheMiddleOfAnAnswer() {
        model.next(new Fault.ErrorLine(4, "the model is overloaded"));

        List<JsonNode> events = client.chat("r1", "hi").all("r1");

        assertThat(text(events)).isEqualTo("one two");
        JsonNode error = ChatClient.last(events).get("error");
        assertThat(error.get("code").asText()).isEqualTo("stream_interrupted");
        assertThat(error.get("message").asText()).contains("the model is overloaded");
    }

    @Test
    void asksAgainOnceTheDelayInTheDetailsIsOver() {
        int before = model.questions().size();
        model.next(google(429, """
                {"error":{"code":429,"message":"slowly","status":"RESOURCE_EXHAUSTED","details":[
                  {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.3s"}]}}"""));

        JsonNode end = client.chat("r1", "hi").end("r1");

        List<Call> calls = model.questions().subList(before, before + 2);
        assertThat(end.at("/metadata/attempts").asInt()).isEqualTo(2);
        assertThat(calls.get(1).nanoTime() - calls.get(0).nanoTime()).isGreaterThan(299_000_000);
    }

    @Test
    void asksOnlyOnceWithAKeyThatIsNone() {
        int before = model.questions().size();
        model.next(google(400, """
                [{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[
                  {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}]"""));

        JsonNode error = client.chat("r1", "hi").error("r1");

        assertThat(error.get("code").asText()).isEqualTo("provider_rejected");
        assertThat(error.get("message").asText()).contains("api-key");
        assertThat(model.questions()).hasSize(before + 1);
    }

    private static Fault google(int status, String error) {
        return new Fault.Status(status, Map.of("Content-Type", "application/json"), Buffer.buffer(error));
    }
}
