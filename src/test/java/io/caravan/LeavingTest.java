package io.caravan;

import static io.caravan.testing.ChatClient.object;
import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Call;
import io.caravan.demo.Ending;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the call to a model when its caller leaves or cancels, and of its connection in any case. */
class LeavingTest {

    private static final Fault SLOWLY = new Fault.Trickle(Duration.ofMillis(20));

    ScriptedModel model;
    TestApp app;
    ChatClient client;

    @BeforeEach
    void start(@TempDir Path folder) {
        model = ScriptedModel.builder()
                .script(Script.always(Reply.of(Words.of("one two three"), Pace.AT_ONCE)))
                .start();
        app = TestApp.in(folder)
                .ollama("ollama", model.url(), "retry-backoff=60s", "retry-backoff-max=60s")
                .openAi("openai", model.openAiUrl())
                .set("caravan.max-concurrent=1")
                .start();
        client = app.connect();
    }

    @AfterEach
    void stop() {
        client.close();
        app.close();
        model.close();
    }

    private Call asked() {
        await().until(() -> !model.questions().isEmpty());
        return model.questions().get(0);
    }

    private static void assertLeft(Call call) throws Exception {
        assertThat(call.ending().get(Patience.SECONDS, TimeUnit.SECONDS).how()).isEqualTo(Ending.How.LEFT);
    }

    private void assertNothingRuns() {
        await().untilAsserted(() -> {
            assertThat(app.app().parts().admission().running()).isZero();
            assertThat(app.app().parts().admission().waiting()).isZero();
            assertThat(app.app().parts().deadlines().pending()).isZero();
            assertThat(app.app().parts().connections().stats("ollama").getLeased())
                    .isZero();
        });
    }

    @Test
    void stopsTheModelWhenTheCallerLeavesBeforeTheFirstChunk() throws Exception {
        model.next(new Fault.Silence());
        client.chat("r1", "hello");
        Call call = asked();

        client.vanish();

        assertLeft(call);
        assertNothingRuns();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ollama", "openai"})
    void stopsTheModelWhenTheCallerLeavesInMidStream(String provider) throws Exception {
        model.next(SLOWLY);
        client.chat("r1", object().put("text", "hello").put("model", provider + "/scripted"));
        client.until("r1", "chunk");

        client.vanish();

        assertLeft(asked());
        assertNothingRuns();
    }

    @Test
    void stopsTheModelWhenTheCallerSaysGoodbye() throws Exception {
        model.next(SLOWLY);
        client.chat("r1", "hello").until("r1", "chunk");

        client.close();

        assertLeft(asked());
        assertNothingRuns();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ollama", "openai"})
    void stopsTheModelWhenTheRequestIsCancelled(String provider) throws Exception {
        model.next(SLOWLY);
        client.chat("r1", object().put("text", "hello").put("model", provider + "/scripted"));
        client.until("r1", "chunk");

        client.send("cancel", "r1");

        assertThat(client.error("r1").get("code").asText()).isEqualTo("cancelled");
        assertLeft(asked());
        assertNothingRuns();
    }

    @Test
    void stopsTheModelWhenTheRequestIsCancelledBeforeTheFirstChunk() throws Exception {
        model.next(new Fault.Silence());
        client.chat("r1", "hello");
        Call call = asked();

        client.send("cancel", "r1");

        var error = client.error("r1");
        assertThat(error.get("code").asText()).isEqualTo("cancelled");
        assertThat(error.get("partial").asBoolean()).isFalse();
        assertLeft(call);
        assertNothingRuns();
    }

    @Test
    void cancelsARequestThatWaitsForItsTurn() {
        model.next(new Fault.Silence());
        client.chat("first", "hello");
        asked();
        client.chat("second", "hello");
        await().until(() -> app.app().parts().admission().waiting() == 1);

        client.send("cancel", "second");

        assertThat(client.error("second").get("code").asText()).isEqualTo("cancelled");
        await().until(() -> app.app().parts().admission().waiting() == 0);
        client.send("cancel", "first");
        assertThat(client.error("first").get("code").asText()).isEqualTo("cancelled");
        assertThat(model.questions()).hasSize(1);
        assertNothingRuns();
    }

    @Test
    void cancelsARequestThatPausesBeforeItsNextTry() throws Exception {
        model.next(Fault.status(503));
        client.chat("r1", "hello");
        asked().ending().get(Patience.SECONDS, TimeUnit.SECONDS);

        client.send("cancel", "r1");

        assertThat(client.error("r1").get("code").asText()).isEqualTo("cancelled");
        assertThat(model.questions()).hasSize(1);
        assertNothingRuns();
    }

    @Test
    void forgetsARequestWhoseCallerLeavesBeforeItsNextTry() throws Exception {
        model.next(Fault.status(503));
        client.chat("r1", "hello");
        asked().ending().get(Patience.SECONDS, TimeUnit.SECONDS);

        client.vanish();

        assertNothingRuns();
        assertThat(model.questions()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ollama", "openai"})
    void asksEveryQuestionOnTheSameConnection(String provider) {
        for (int i = 0; i < 20; i++) {
            client.chat("r" + i, object().put("text", "hello").put("model", provider + "/scripted"));
            assertThat(text(client.all("r" + i))).isEqualTo("one two three");
        }

        assertThat(model.accepted()).isEqualTo(1);
    }

    @Test
    void keepsTheConnectionAlsoAfterAnErrorThatWasReadToItsEnd() {
        for (int i = 0; i < 5; i++) {
            model.next(Fault.status(400));
            assertThat(client.chat("r", "hello").error("r").get("code").asText())
                    .isEqualTo("invalid_request");
        }

        assertThat(model.accepted()).isEqualTo(1);
    }

    @Test
    void takesOneNewConnectionAfterOneThatWasBrokenOff() {
        model.next(SLOWLY);
        client.chat("r1", "hello").until("r1", "chunk");
        client.send("cancel", "r1");
        client.error("r1");

        for (int i = 0; i < 3; i++) {
            client.chat("again", "hello").all("again");
        }

        assertThat(model.accepted()).isEqualTo(2);
    }

    @Test
    void answersOnAFreshConnectionWhereTheServerHasClosedTheOldOne() {
        client.chat("r1", "hello").all("r1");
        model.disconnectAll();
        await().until(() -> model.open() == 0);

        List<com.fasterxml.jackson.databind.JsonNode> events = client.chat(
                        "r2", object().put("text", "hello").put("model", "openai/scripted"))
                .all("r2");

        assertThat(text(events)).isEqualTo("one two three");
    }
}
