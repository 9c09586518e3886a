package io.caravan;

import static io.caravan.testing.ChatClient.last;
import static io.caravan.testing.ChatClient.object;
import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Call;
import io.caravan.demo.Ending;
import io.caravan.demo.Fault;
import io.caravan.demo.Fault.Cut;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller is told when a model's server fails, and how often that server is asked. */
class FailureEventsTest {

    private static final String UNBREAKABLE = "breaker.minimum-calls=1000";
    private static final String WIDE = "breaker.window=1000";

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static ScriptedModel narrow;
    static TestApp app;
    ChatClient client;
    int before;

    @BeforeAll
    static void start() {
        Script script = Script.always(Reply.of(Words.of("one two three"), Pace.AT_ONCE));
        model = ScriptedModel.builder().script(script).start();
        narrow = ScriptedModel.builder().script(script).start();
        app = TestApp.in(folder)
                .ollama("ollama", model.url(), UNBREAKABLE, WIDE, "resume=off", "retry-backoff-max=2s")
                .ollama("limited", model.url(), UNBREAKABLE, WIDE, "resume=off", "retry-backoff-max=2s")
                .openAi("openai", model.openAiUrl(), UNBREAKABLE, WIDE)
                .ollama(
                        "hasty",
                        model.url(),
                        UNBREAKABLE,
                        WIDE,
                        "resume=off",
                        "first-byte-timeout=300ms",
                        "max-retries=1")
                .ollama("listless", model.url(), UNBREAKABLE, WIDE, "resume=off", "idle-timeout=1s")
                .ollama("brief", model.url(), UNBREAKABLE, WIDE, "total-timeout=2s")
                .ollama("refusing", URI.create("http://127.0.0.1:" + TestApp.closedPort()), "max-retries=1")
                .ollama("nowhere", URI.create("http://no-such-host.invalid"), "max-retries=1")
                .ollama("fragile", model.url(), "max-retries=0")
                .ollama("forgiving", model.url(), "max-retries=0", "first-byte-timeout=10s")
                .ollama("narrow", narrow.url(), "max-connections=1", "acquire-timeout=200ms")
                .start();
    }

    @AfterAll
    static void stop() {
        app.close();
        model.close();
        narrow.close();
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
        narrow.heal();
    }

    private List<JsonNode> ask(String provider) {
        return client.chat("r1", object().put("text", "hello").put("model", provider + "/scripted"))
                .all("r1");
    }

    private JsonNode fail(String provider) {
        return client.chat("r1", object().put("text", "hello").put("model", provider + "/scripted"))
                .error("r1");
    }

    private int calls() {
        return model.questions().size() - before;
    }

    private static int attempts(List<JsonNode> events) {
        JsonNode end = last(events);
        assertThat(end.path("status").asText()).as("end %s", end).isEqualTo("complete");
        return end.at("/metadata/attempts").asInt();
    }

    @ParameterizedTest
    @EnumSource(Cut.How.class)
    void asksAgainWhereTheConnectionEndsBeforeAnAnswer(Cut.How how) {
        model.next(how == Cut.How.END ? new Cut(0, how) : new Fault.HangUp(how));

        List<JsonNode> events = ask("ollama");

        assertThat(attempts(events)).isEqualTo(2);
        assertThat(text(events)).isEqualTo("one two three");
        assertThat(calls()).isEqualTo(2);
    }

    @Test
    void saysOnlyOnceThatARequestIsUnderWayHoweverOftenItAsks() {
        model.next(Fault.status(503), Fault.status(500));

        List<JsonNode> events = ask("ollama");

        assertThat(attempts(events)).isEqualTo(3);
        assertThat(calls()).isEqualTo(3);
        assertThat(events)
                .extracting(event -> event.get("status").asText())
                .containsExactly("processing", "chunk", "chunk", "chunk", "complete");
    }

    @Test
    void givesUpAfterAsManyRetriesAsAreSet() {
        model.always(Fault.status(503));

        JsonNode error = fail("ollama");

        assertThat(error.get("code").asText()).isEqualTo("provider_unavailable");
        assertThat(error.get("status_code").asInt()).isEqualTo(503);
        assertThat(error.get("retryable").asBoolean()).isTrue();
        assertThat(error.get("partial").asBoolean()).isFalse();
        assertThat(error.get("message").asText()).contains("503");
        assertThat(calls()).isEqualTo(3);
    }

    @Test
    void waitsAsLongAsTheServerAsksFor() {
        model.next(Fault.status(429, "Retry-After", "1"));

        List<JsonNode> events = ask("ollama");

        assertThat(attempts(events)).isEqualTo(2);
        assertThat(last(events).at("/metadata/timings/total_ms").asLong()).isGreaterThanOrEqualTo(1000);
    }

    @Test
    void doesNotAskAgainWhereTheServerAsksForMoreThanTheLongestPause() {
        model.always(Fault.status(429, "Retry-After", "60"));

        JsonNode error = fail("limited");

        assertThat(error.get("code").asText()).isEqualTo("rate_limited");
        assertThat(error.get("status_code").asInt()).isEqualTo(429);
        assertThat(calls()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource
    void asksOnlyOnceWhatTheServerRefuses(int status, String code) {
        model.always(Fault.status(status));

        JsonNode error = fail("ollama");

        assertThat(error.get("code").asText()).isEqualTo(code);
        assertThat(error.get("retryable").asBoolean()).isFalse();
        assertThat(calls()).isEqualTo(1);
    }

    static Stream<Arguments> asksOnlyOnceWhatTheServerRefuses() {
        return Stream.of(
                Arguments.of(400, "invalid_request"),
                Arguments.of(401, "provider_rejected"),
                Arguments.of(302, "provider_rejected"));
    }

    @Test
    void timesOutWhereNothingComes() {
        model.always(new Fault.Silence());

        JsonNode error = fail("hasty");

        assertThat(error.get("code").asText()).isEqualTo("provider_timeout");
        assertThat(error.get("status_code").asInt()).isEqualTo(504);
        assertThat(error.get("partial").asBoolean()).isFalse();
        assertThat(error.get("message").asText()).contains("hasty").contains("300ms (first-byte-timeout)");
        assertThat(calls()).isEqualTo(2);
    }

    @Test
    void interruptsAnAnswerThatFallsSilent() {
        model.always(new Fault.Stall(2));

        List<JsonNode> events = ask("listless");

        JsonNode error = last(events).get("error");
        assertThat(text(events)).isEqualTo("one two");
        assertThat(error.get("code").asText()).isEqualTo("stream_interrupted");
        assertThat(error.get("status_code").asInt()).isEqualTo(502);
        assertThat(error.get("partial").asBoolean()).isTrue();
        assertThat(error.get("message").asText()).contains("1s (idle-timeout)");
        assertThat(calls()).isEqualTo(1);
    }

    @Test
    void interruptsAnAnswerThatTakesLongerThanAllowed() {
        model.always(new Fault.Trickle(Duration.ofMillis(20)));

        JsonNode error = fail("brief");

        assertThat(error.get("code").asText()).isEqualTo("stream_interrupted");
        assertThat(error.get("partial").asBoolean()).isTrue();
        assertThat(error.get("message").asText()).contains("2s (total-timeout)");
        assertThat(calls()).isEqualTo(1);
    }

    @Test
    void keepsToTheTimeTheRequestAllows() throws Exception {
        model.always(new Fault.Silence());

        JsonNode error = client.chat("r1", object().put("text", "hello").put("timeout", 0.3))
                .error("r1");

        assertThat(error.get("code").asText()).isEqualTo("provider_timeout");
        assertThat(error.get("message").asText()).contains("300ms").contains("timeout");
        assertThat(ending(lastCall()).how()).isEqualTo(Ending.How.LEFT);
        assertThat(calls()).isEqualTo(1);
    }

    private static Call lastCall() {
        List<Call> calls = model.questions();
        return calls.get(calls.size() - 1);
    }

    private static Ending ending(Call call) throws Exception {
        return call.ending().get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"refusing", "nowhere"})
    void tellsWhereItCouldNotConnect(String provider) {
        JsonNode error = fail(provider);

        assertThat(error.get("code").asText()).isEqualTo("provider_unavailable");
        assertThat(error.get("message").asText())
                .contains(provider.equals("nowhere") ? "no-such-host.invalid" : "nothing listens at http://127.0.0.1:");
    }

    @ParameterizedTest
    @MethodSource
    void neverPassesAShortAnswerOffAsAWholeOne(String provider, Fault fault) {
        model.always(fault);

        List<JsonNode> events = ask(provider);

        JsonNode error = last(events).path("error");
        assertThat(error.path("code").asText()).isEqualTo("stream_interrupted");
        assertThat(error.path("partial").asBoolean()).isTrue();
        assertThat(text(events)).startsWith("one");
        assertThat(calls()).isEqualTo(1);
    }

    static Stream<Arguments> neverPassesAShortAnswerOffAsAWholeOne() {
        return Stream.of("ollama", "openai")
                .flatMap(provider -> Stream.of(
                                new Cut(2, Cut.How.END),
                                new Cut(2, Cut.How.CLOSE),
                                new Cut(2, Cut.How.RESET),
                                new Fault.ErrorLine(1, "the runner has stopped"),
                                new Fault.Garbage(1, provider.equals("ollama") ? "{nonsense\n" : "data: {nonsense\n\n"))
                        .map(fault -> Arguments.of(provider, fault)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ollama", "openai"})
    void asksAgainWhereAnErrorIsAllTheAnswer(String provider) {
        model.next(new Fault.ErrorLine(0, "the runner has stopped"));

        assertThat(attempts(ask(provider))).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource
    void saysThatAnAnswerIsNotTheProtocol(String provider, Fault fault) {
        model.always(fault);

        JsonNode error = fail(provider);

        assertThat(error.get("code").asText()).isEqualTo("provider_protocol");
        assertThat(error.get("status_code").asInt()).isEqualTo(502);
        assertThat(error.get("partial").asBoolean()).isFalse();
    }

    static Stream<Arguments> saysThatAnAnswerIsNotTheProtocol() {
        return Stream.of(
                Arguments.of("ollama", Fault.page()),
                Arguments.of("openai", Fault.page()),
                Arguments.of("ollama", new Fault.Garbage(0, "{nonsense\n")),
                Arguments.of("openai", new Fault.Garbage(0, "data: {nonsense\n\n")));
    }

    @Test
    void readsAnAnswerThatComesByteByByte() {
        model.always(new Fault.ByteByByte());

        assertThat(text(ask("ollama"))).isEqualTo("one two three");
        assertThat(text(ask("openai"))).isEqualTo("one two three");
    }

    @Test
    void leavesAModelAloneThatHasFailedTooOften() {
        model.always(Fault.status(503));
        for (int i = 0; i < 5; i++) {
            assertThat(fail("fragile").get("message").asText()).contains("503");
        }
        model.heal();

        JsonNode error = fail("fragile");

        assertThat(error.get("code").asText()).isEqualTo("provider_unavailable");
        assertThat(error.get("message").asText()).contains("fragile").contains("breaker");
        assertThat(error.get("retryable").asBoolean()).isTrue();
        assertThat(calls()).isEqualTo(5);
        assertThat(text(ask("ollama"))).isEqualTo("one two three");
    }

    @Test
    void doesNotBlameTheModelForItsCallers() {
        model.always(Fault.status(400));
        for (int i = 0; i < 5; i++) {
            fail("forgiving");
        }
        model.heal();
        model.always(new Fault.Stall(1));
        for (int i = 0; i < 5; i++) {
            client.chat("c", object().put("text", "hello").put("model", "forgiving/scripted"));
            client.until("c", "chunk");
            client.send("cancel", "c");
            assertThat(client.error("c").get("code").asText()).isEqualTo("cancelled");
        }
        for (int i = 0; i < 5; i++) {
            client.chat(
                    "t",
                    object().put("text", "hello")
                            .put("model", "forgiving/scripted")
                            .put("timeout", 0.1));
            client.error("t");
        }
        model.heal();
        model.always(new Fault.Silence());
        for (int i = 0; i < 5; i++) {
            client.chat(
                    "s",
                    object().put("text", "hello")
                            .put("model", "forgiving/scripted")
                            .put("timeout", 0.1));
            client.error("s");
        }
        model.heal();

        assertThat(text(ask("forgiving"))).isEqualTo("one two three");
    }

    @Test
    void isOverloadedWhereAllConnectionsAreTaken() {
        narrow.next(new Fault.Stall(1));
        client.chat("first", object().put("text", "hello").put("model", "narrow/scripted"));
        client.until("first", "chunk");

        JsonNode error = fail("narrow");

        assertThat(error.get("code").asText()).isEqualTo("overloaded");
        assertThat(error.get("status_code").asInt()).isEqualTo(503);
        assertThat(error.get("message").asText()).contains("narrow").contains("200ms (acquire-timeout)");
        assertThat(narrow.questions()).hasSize(1);
        client.send("cancel", "first");
        assertThat(client.error("first").get("code").asText()).isEqualTo("cancelled");
        Inside.of(app).awaitNoRequests();
        assertThat(text(ask("narrow"))).isEqualTo("one two three");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ollama", "openai"})
    void listsTheModelsThereAreWhereTheOneAskedForIsNot(String provider) {
        client.chat("r1", object().put("text", "hello").put("model", provider + "/absent"));

        JsonNode error = client.error("r1");

        assertThat(error.get("code").asText()).isEqualTo("model_not_found");
        assertThat(error.get("status_code").asInt()).isEqualTo(404);
        assertThat(error.get("retryable").asBoolean()).isFalse();
        assertThat(error.get("message").asText())
                .contains("absent")
                .contains("ollama/scripted:latest", "openai/scripted-thinker:latest");
        assertThat(calls()).isEqualTo(1);
    }
}
