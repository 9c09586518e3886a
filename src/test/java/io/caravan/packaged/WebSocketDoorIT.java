package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Call;
import io.caravan.demo.Ending;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class WebSocketDoorIT {

    private static final String TOKEN = "a-token-of-some-length";

    @RegisterExtension
    static final Site SITE = Site.forAllTests();

    private static ScriptedModel model;
    private static String url = "";

    @BeforeAll
    static void startTheProgram() {
        model = ScriptedModel.builder()
                .pace(Pace.steady(Duration.ofMillis(20), Duration.ofMillis(5)))
                .start();
        url = SITE.run(
                        model,
                        "--set",
                        "caravan.auth.token.tester=" + TOKEN,
                        "--set",
                        "caravan.allowed-origins=https://pages.example.org")
                .url();
    }

    @AfterAll
    static void stopTheModel() {
        model.close();
    }

    @AfterEach
    void takeBackWhatWasOrdered() {
        model.heal();
    }

    @Test
    void answersChunkByChunk() {
        try (Caller caller = connect()) {
            caller.ask("r1", "Why is the sky blue?");

            JsonNode end = caller.end("r1");
            List<JsonNode> events = caller.events("r1");
            assertThat(events.get(0).path("status").asText()).isEqualTo("processing");
            assertThat(caller.text("r1")).startsWith("Sunlight is a mixture").endsWith("behind it.)");
            List<JsonNode> chunks = events.subList(1, events.size() - 1);
            assertThat(chunks)
                    .hasSizeGreaterThan(20)
                    .allMatch(e -> e.path("status").asText().equals("chunk"));
            assertThat(chunks.stream().map(e -> e.at("/chunk/metadata/index").asInt()))
                    .containsExactlyElementsOf(
                            IntStream.range(0, chunks.size()).boxed().toList());
            assertThat(end.path("status").asText()).isEqualTo("complete");
            assertThat(end.at("/metadata/model").asText()).isEqualTo("scripted");
            assertThat(end.at("/metadata/usage/completion_tokens").asInt()).isPositive();
        }
    }

    @Test
    void keepsManyRequestsOnOneConnectionApart() {
        try (Caller caller = connect()) {
            List<String> ids = IntStream.range(0, 50).mapToObj(i -> "many" + i).toList();

            ids.forEach(id -> caller.ask(id, "Say " + id));

            for (String id : ids) {
                assertThat(caller.end(id).path("status").asText()).isEqualTo("complete");
                assertThat(caller.text(id)).contains("“Say " + id + "”");
            }
        }
    }

    @Test
    void listsTheModels() {
        try (Caller caller = connect()) {
            caller.send("{\"action\":\"models\",\"request_id\":\"m\"}");

            assertThat(caller.end("m").at("/metadata/models"))
                    .extracting(JsonNode::asText)
                    .containsExactlyInAnyOrder("ollama/scripted:latest", "ollama/scripted-thinker:latest");
        }
    }

    @Test
    void answersAPing() {
        try (Caller caller = connect()) {
            caller.send("{\"action\":\"ping\",\"request_id\":\"p\"}");

            assertThat(caller.end("p").at("/metadata/pong").asBoolean()).isTrue();
        }
    }

    @Test
    void refusesByNameWhatItDoesNotUnderstandAndGoesOn() {
        try (Caller caller = connect()) {
            caller.send("{\"action\":\"chat\",\"request_id\":\"bad\",\"payload\":{\"txet\":\"x\"}}");
            caller.send("no JSON");
            caller.ask("good", "hello");

            assertThat(caller.end("bad").at("/error/code").asText()).isEqualTo("invalid_request");
            assertThat(caller.end("bad").at("/error/message").asText()).contains("txet");
            assertThat(caller.end("null").at("/error/code").asText()).isEqualTo("invalid_request");
            assertThat(caller.end("good").path("status").asText()).isEqualTo("complete");
        }
    }

    @Test
    void endsTheCallToTheModelWhenARequestIsCancelled() {
        model.next(new Fault.Trickle(Duration.ofMillis(20)));
        try (Caller caller = connect()) {
            caller.ask("c", "talk for ever");
            caller.awaitChunk("c");

            caller.send("{\"action\":\"cancel\",\"request_id\":\"c\"}");

            JsonNode end = caller.end("c");
            assertThat(end.at("/error/code").asText()).isEqualTo("cancelled");
            assertThat(end.at("/error/partial").asBoolean()).isTrue();
            assertThatTheModelSeesTheCallerLeave();
        }
    }

    @Test
    void endsTheCallToTheModelWhenTheCallerLeaves() {
        model.next(new Fault.Trickle(Duration.ofMillis(20)));
        Caller caller = connect();
        caller.ask("l", "talk for ever");
        caller.awaitChunk("l");

        caller.close();

        assertThatTheModelSeesTheCallerLeave();
    }

    @Test
    void turnsNoQueryParameterIntoAHeader() {
        String foreign = "?CamelHttpUri=http://127.0.0.1:9/&CamelHttpPath=/api/version&CaravanModel=other"
                + "&CaravanReplyTo=log:stolen&X-Foreign=1";
        try (Caller caller = Caller.connect(url + foreign, "Authorization", "Bearer " + TOKEN)) {
            caller.ask("q", "foreign query");

            assertThat(caller.end("q").at("/metadata/model").asText()).isEqualTo("scripted");
            assertThat(caller.text("q")).contains("foreign query");
            assertThat(model.questions())
                    .last()
                    .satisfies(call -> assertThat(call.headers()).doesNotContainKey("X-Foreign"));
        }
    }

    @Test
    void refusesAHandshakeWithoutTheToken() {
        assertThatHandshakeIsRefused(401);
        assertThatHandshakeIsRefused(401, "Authorization", "Bearer another-token");
    }

    @Test
    void refusesAPageOfAnotherOrigin() {
        assertThatHandshakeIsRefused(
                403, "Authorization", "Bearer " + TOKEN, "Origin", "https://elsewhere.example.org");
    }

    @Test
    void servesAPageThatIsAllowed() {
        try (Caller caller =
                Caller.connect(url, "Authorization", "Bearer " + TOKEN, "Origin", "https://pages.example.org")) {
            caller.ask("o", "hello");

            assertThat(caller.end("o").path("status").asText()).isEqualTo("complete");
        }
    }

    @Test
    void tellsThatAnAnswerIsPartialWhenTheModelsServerDies() {
        ScriptedModel mortal = ScriptedModel.builder()
                .script(question -> Reply.of(new Words(10_000, i -> " " + i), Pace.perSecond(50)))
                .start();
        try (Caller caller = Caller.connect(
                SITE.run(mortal, "--set", "caravan.work-dir=other").url())) {
            caller.ask("d", "count");
            caller.awaitChunk("d");

            mortal.close();

            JsonNode end = caller.end("d");
            assertThat(end.at("/error/code").asText()).isEqualTo("stream_interrupted");
            assertThat(end.at("/error/partial").asBoolean()).isTrue();
        }
    }

    private static Caller connect() {
        return Caller.connect(url, "Authorization", "Bearer " + TOKEN);
    }

    private static void assertThatTheModelSeesTheCallerLeave() {
        List<Call> questions = model.questions();
        await().until(() -> questions.get(questions.size() - 1).ending().isDone());
        assertThat(questions.get(questions.size() - 1).ending().join().how()).isEqualTo(Ending.How.LEFT);
    }

    private static void assertThatHandshakeIsRefused(int status, String... headers) {
        assertThatThrownBy(() -> Caller.connect(url, headers))
                .cause()
                .asInstanceOf(InstanceOfAssertFactories.type(WebSocketHandshakeException.class))
                .satisfies(refusal ->
                        assertThat(refusal.getResponse().statusCode()).isEqualTo(status));
    }
}
