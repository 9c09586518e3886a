package io.caravan;

import static io.caravan.testing.ChatClient.json;
import static io.caravan.testing.ChatClient.last;
import static io.caravan.testing.ChatClient.object;
import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Call;
import io.caravan.demo.Ending;
import io.caravan.demo.Fault;
import io.caravan.demo.Fault.Cut;
import io.caravan.demo.Model;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole program against a server that speaks Anthropic's format, well and not so well. */
class AnthropicAppTest {

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static TestApp app;
    ChatClient client;
    int before;

    @BeforeAll
    static void start() {
        model = ScriptedModel.builder()
                .models(Model.named("scripted"), Model.named("other"))
                .script(Script.always(
                        Reply.of(Words.of("one two three"), Pace.AT_ONCE).thinking(Words.of("hm hm"))))
                .start();
        app = TestApp.in(folder)
                .anthropic(
                        "anthropic",
                        model.url(),
                        "api-key=sk-ant-1",
                        "breaker.minimum-calls=1000",
                        "breaker.window=1000")
                .anthropic(
                        "own",
                        model.url(),
                        "api-key=sk-ant-1",
                        "headers.Anthropic-Version=2099-01-01",
                        "headers.X-API-Key=mine",
                        "headers.anthropic-beta=b1",
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
        before = model.questions().size();
    }

    @AfterEach
    void disconnect() {
        client.close();
        model.heal();
    }

    private List<JsonNode> ask(String payload) {
        return client.chat("r1", json(payload)).all("r1");
    }

    private int calls() {
        return model.questions().size() - before;
    }

    private Call call() {
        List<Call> questions = model.questions();
        return questions.get(questions.size() - 1);
    }

    @Test
    void streamsThinkingAndTextAndSaysWhatWasUsed() {
        List<JsonNode> events = ask("{\"text\":\"hello\"}");

        assertThat(text(events)).isEqualTo("one two three");
        assertThat(events)
                .extracting(event -> event.at("/chunk/type").asText())
                .containsExactly("", "thinking", "thinking", "text", "text", "text", "");
        assertThat(last(events).at("/metadata/finish_reason").asText()).isEqualTo("stop");
        assertThat(last(events).at("/metadata/usage"))
                .isEqualTo(json("{\"prompt_tokens\":1,\"completion_tokens\":5,\"total_tokens\":6}"));
        assertThat(last(events).at("/metadata/attempts").asInt()).isEqualTo(1);
    }

    @Test
    void asksInAnthropicsWordsAndShowsItsKey() {
        ask("""
                {"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"ho"},{"role":"user","content":"hey"}],
                 "system":"be brief","format":{"type":"object","properties":{"a":{"type":"string"}}},
                 "options":{"temperature":0.5,"top_p":0.25,"max_tokens":9,"stop":["x","y"],"seed":42}}""");

        assertThat(call().path()).isEqualTo("/v1/messages");
        assertThat(call().json()).isEqualTo(json("""
                        {"model":"scripted","max_tokens":9,"system":"be brief",
                         "messages":[{"role":"user","content":"hi"},
                           {"role":"assistant","content":"ho"},{"role":"user","content":"hey"}],
                         "stream":true,
                         "output_config":{"format":{"type":"json_schema","schema":{"type":"object",
                           "properties":{"a":{"type":"string"}},"additionalProperties":false}}},
                         "temperature":0.5,"top_p":0.25,"stop_sequences":["x","y"]}"""));
        assertThat(call().headers())
                .containsEntry("x-api-key", "sk-ant-1")
                .containsEntry("anthropic-version", "2023-06-01")
                .doesNotContainKey("authorization");
    }

    @Test
    void sendsAHeaderOfTheSettingsInPlaceOfItsOwnAndOnce() {
        ask("{\"text\":\"hi\",\"model\":\"own/scripted\"}");

        assertThat(call().headers())
                .containsEntry("anthropic-version", "2099-01-01")
                .containsEntry("x-api-key", "mine")
                .containsEntry("anthropic-beta", "b1");
        assertThat(call().json().path("max_tokens").asInt()).isEqualTo(7);
    }

    @Test
    void listsTheModels() {
        client.send("models", "m1");

        assertThat(client.next("m1").at("/metadata/models"))
                .extracting(JsonNode::asText)
                .containsExactly("anthropic/scripted", "anthropic/other", "own/scripted", "own/other");
    }

    @Test
    void saysWhichModelsThereAreWhereOneIsMissing() {
        JsonNode error =
                last(ask("{\"text\":\"hi\",\"model\":\"anthropic/nope\"}")).get("error");

        assertThat(error.path("code").asText()).isEqualTo("model_not_found");
        assertThat(error.path("message").asText()).contains("model: nope", "anthropic/other");
    }

    @Test
    void refusesAFormatWithoutASchemaBeforeAnyCall() {
        JsonNode error = last(ask("{\"text\":\"hi\",\"format\":\"json\"}")).get("error");

        assertThat(error.path("code").asText()).isEqualTo("invalid_request");
        assertThat(error.path("message").asText()).contains("JSON Schema");
        assertThat(calls()).isZero();
    }

    @ParameterizedTest(name = "{0} is asked {1} times")
    @CsvSource({"400, 1", "402, 1", "413, 1", "429, 2", "500, 2", "529, 2"})
    void asksAgainOnlyWhereThatMayHelp(int status, int expected) {
        model.next(Fault.status(status));

        ask("{\"text\":\"hi\",\"model\":\"anthropic/scripted\"}");

        assertThat(calls()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(Cut.How.class)
    void breaksOffWithWhatThereIsWhereTheServerGoesAwayInTheMiddle(Cut.How how) {
        model.next(new Cut(4, how));

        List<JsonNode> events = ask("{\"text\":\"hi\"}");

        assertThat(text(events)).isEqualTo("one two");
        assertInterrupted(events);
    }

    @Test
    void breaksOffWithTheServersWordsAtAnErrorInTheMiddle() {
        model.next(new Fault.ErrorLine(3, "Overloaded"));

        List<JsonNode> events = ask("{\"text\":\"hi\"}");

        assertInterrupted(events);
        assertThat(last(events).at("/error/message").asText()).contains("Overloaded");
    }

    @Test
    void takesNoAnswerWithoutItsLastEventForAWholeOne() {
        model.next(new Fault.Unterminated());

        List<JsonNode> events = ask("{\"text\":\"hi\"}");

        assertThat(text(events)).isEqualTo("one two three");
        assertInterrupted(events);
    }

    @Test
    void readsAnAnswerThatComesByteByByte() {
        model.next(new Fault.ByteByByte());

        List<JsonNode> events = ask("{\"text\":\"hi\"}");

        assertThat(text(events)).isEqualTo("one two three");
        assertThat(last(events).path("status").asText()).isEqualTo("complete");
    }

    @Test
    void passesEachChunkOnBeforeTheNextIsWrittenAndLeavesTheServerWhenCancelled() throws Exception {
        model.next(new Fault.Stall(4));

        client.chat("r1", object().put("text", "hi"));
        List<JsonNode> events = new ArrayList<>();
        while (!text(events).equals("one two")) {
            events.add(client.next("r1"));
        }
        client.send("cancel", "r1");

        assertThat(client.error("r1").path("code").asText()).isEqualTo("cancelled");
        assertThat(call().ending().get(Patience.SECONDS, TimeUnit.SECONDS).how())
                .isEqualTo(Ending.How.LEFT);
    }

    private void assertInterrupted(List<JsonNode> events) {
        JsonNode error = last(events).path("error");
        assertThat(error.path("code").asText()).as("end %s", last(events)).isEqualTo("stream_interrupted");
        assertThat(error.path("partial").asBoolean()).isTrue();
        assertThat(calls()).isEqualTo(1);
    }
}
