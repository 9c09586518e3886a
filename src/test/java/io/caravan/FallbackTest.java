package io.caravan;

import static io.caravan.testing.ChatClient.last;
import static io.caravan.testing.ChatClient.object;
import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Fault;
import io.caravan.demo.Fault.Cut;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who answers when the provider that was asked does not. */
class FallbackTest {

    @TempDir
    Path folder;

    ScriptedModel first;
    ScriptedModel second;
    TestApp app;
    ChatClient client;

    @BeforeEach
    void start() {
        first = answering("from the first");
        second = answering("from the second");
        app = TestApp.in(folder)
                .ollama("first", first.url(), "max-retries=1", "first-byte-timeout=2s", "retry-backoff-max=500ms")
                .openAi("second", second.openAiUrl(), "model=scripted-thinker")
                .start();
        client = app.connect();
    }

    @AfterEach
    void stop() {
        client.close();
        app.close();
        first.close();
        second.close();
    }

    private static ScriptedModel answering(String text) {
        return ScriptedModel.builder()
                .script(Script.always(Reply.of(Words.of(text), Pace.AT_ONCE)))
                .start();
    }

    private List<JsonNode> ask(String model) {
        return client.chat("r1", object().put("text", "hello").put("model", model))
                .all("r1");
    }

    private static Fault refusal(int status, String type) {
        return new Fault.Status(
                status,
                Map.of("Content-Type", "application/json"),
                Buffer.buffer("{\"error\":{\"message\":\"no\",\"type\":\"" + type + "\"}}"));
    }

    @Test
    void theNextProviderAnswersWithItsOwnModelAndTheCompletionSaysWhoDidAfterHowManyCalls() {
        first.always(Fault.status(503));

        List<JsonNode> events = client.chat("r1", "hello").all("r1");

        JsonNode complete = last(events);
        assertThat(text(events)).isEqualTo("from the second");
        assertThat(complete.at("/status").asText()).isEqualTo("complete");
        assertThat(complete.at("/metadata/provider").asText()).isEqualTo("second");
        assertThat(complete.at("/metadata/model").asText()).isEqualTo("scripted-thinker");
        assertThat(complete.at("/metadata/attempts").asInt()).isEqualTo(3);
        assertThat(complete.at("/metadata/usage/completion_tokens").asInt()).isEqualTo(3);
        assertThat(first.questions()).hasSize(2);
        assertThat(second.questions())
                .singleElement()
                .satisfies(call -> assertThat(call.json().at("/model").asText()).isEqualTo("scripted-thinker"));
        assertThat(app.metric("caravan_fallbacks_total", "from=\"first\"")).isEqualTo(1);
        assertThat(app.metric("caravan_attempts_total", "\"first\"")).isEqualTo(2);
        assertThat(app.metric("caravan_attempts_total", "\"second\"")).isEqualTo(1);
        assertThat(app.metric("caravan_attempts_failed_total", "error_type=\"provider_unavailable\""))
                .isEqualTo(2);
    }

    static Stream<Fault> faultsThatAnotherTryWouldNotMend() {
        return Stream.of(
                new Fault.Silence(),
                Fault.page(),
                refusal(429, "insufficient_quota"),
                refusal(401, "authentication_error"),
                refusal(404, "model_not_found"),
                Fault.status(429, "Retry-After", "600"));
    }

    @ParameterizedTest
    @MethodSource("faultsThatAnotherTryWouldNotMend")
    void theNextProviderIsAskedAtOnceWhereAnotherTryWouldNotHelp(Fault fault) {
        first.always(fault);

        List<JsonNode> events = client.chat("r1", "hello").all("r1");

        assertThat(text(events)).isEqualTo("from the second");
        assertThat(last(events).at("/metadata/attempts").asInt()).isEqualTo(2);
        assertThat(first.questions()).hasSize(1);
    }

    static Stream<Fault> faultsOfTheRequest() {
        return Stream.of(
                refusal(400, "context_length_exceeded"), refusal(400, "content_filter"), refusal(422, "invalid"));
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheRequest")
    void aRequestThatIsWrongGoesToNobodyElse(Fault fault) {
        first.always(fault);

        assertThat(client.chat("r1", "hello").error("r1").path("message").asText())
                .contains("no");
        assertThat(first.questions()).hasSize(1);
        assertThat(second.questions()).isEmpty();
    }

    @Test
    void aRequestThatNamesItsProviderGetsThatOneOrAnError() {
        first.always(Fault.status(503));

        assertThat(last(ask("first/scripted")).at("/error/code").asText()).isEqualTo("provider_unavailable");
        assertThat(second.questions()).isEmpty();
    }

    @Test
    void aModelThatTheRequestNamesAndTheDefaultProviderLacksIsNotReplacedByAnother() {
        first.always(refusal(404, "model_not_found"));

        assertThat(last(ask("no-such-model")).at("/error/code").asText()).isEqualTo("model_not_found");
        assertThat(second.questions()).isEmpty();
    }

    @Test
    void theLastFailureIsToldWhereNobodyIsLeft() {
        first.always(Fault.status(503));
        second.always(Fault.status(429));

        JsonNode error = client.chat("r1", "hello").error("r1");

        assertThat(error.path("code").asText()).isEqualTo("rate_limited");
        assertThat(error.path("partial").asBoolean()).isFalse();
        assertThat(first.questions()).hasSize(2);
        assertThat(second.questions()).hasSize(3);
    }

    @Test
    void anOpenBreakerSendsRequestsToTheNextProviderWithoutACall() {
        first.always(Fault.status(503));
        for (int i = 0; i < 3; i++) {
            client.chat("before" + i, "hello").all("before" + i);
        }
        int calls = first.questions().size();

        List<JsonNode> events = client.chat("r1", "hello").all("r1");

        assertThat(last(events).at("/metadata/provider").asText()).isEqualTo("second");
        assertThat(last(events).at("/metadata/attempts").asInt()).isEqualTo(1);
        assertThat(first.questions()).hasSize(calls);
        assertThat(app.metric("caravan_attempts_failed_total", "error_type=\"breaker_open\""))
                .isPositive();
    }

    @Test
    void anAnswerThatBrokeOffIsNotBegunAgainByAnother() {
        first.always(new Cut(2, Cut.How.CLOSE));
        first.when(call -> call.body().contains("assistant"), Fault.status(400));

        List<JsonNode> events = client.chat("r1", "hello").all("r1");

        assertThat(text(events)).isEqualTo("from the");
        assertThat(last(events).at("/error/code").asText()).isEqualTo("stream_interrupted");
        assertThat(last(events).at("/error/partial").asBoolean()).isTrue();
        assertThat(second.questions()).isEmpty();
    }
}
