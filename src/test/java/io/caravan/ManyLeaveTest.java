package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Callers that leave in mid-stream, and nothing of them stays: 100, or as many as {@code -Dsoak=1000} says.
 */
class ManyLeaveTest {

    private static final int CALLERS = Integer.getInteger("soak", 100);
    private static final int AT_ONCE = 50;

    @Test
    void leaksNothingWhenCallersLeaveInMidStream(@TempDir Path folder) throws Exception {
        Reply endless = Reply.of(
                new Words(Integer.MAX_VALUE, index -> " on"), Pace.steady(Duration.ZERO, Duration.ofMillis(50)));
        try (ScriptedModel model =
                        ScriptedModel.builder().script(Script.always(endless)).start();
                TestApp app = TestApp.in(folder)
                        .ollama(model, "breaker.minimum-calls=5")
                        .start()) {
            leaveInMidStream(app, AT_ONCE);
            awaitPeace(app, model);
            List<String> threads = Inside.threads("(?!HttpClient-|chat-|websocket-).*");

            for (int left = 0; left < CALLERS; left += AT_ONCE) {
                leaveInMidStream(app, AT_ONCE);
                awaitPeace(app, model); // else more than these are there at once
            }

            // What is kept for the next request is no more than was needed at once; the test's clients are not counted.
            assertThat(Inside.threads("chat-.*")).hasSizeLessThanOrEqualTo(AT_ONCE);
            assertThat(Inside.threads("websocket-.*")).hasSizeLessThanOrEqualTo(AT_ONCE);
            assertThat(Inside.threads("(?!HttpClient-|chat-|websocket-).*"))
                    .hasSizeLessThanOrEqualTo(threads.size() + 10);
            assertThat(app.metric("resilience4j_circuitbreaker_failure_rate", "ollama"))
                    .isLessThanOrEqualTo(0);
            try (ChatClient client = app.connect()) {
                assertThat(client.chat("r1", "hello").until("r1", "chunk")).hasSize(2);
            }
            awaitPeace(app, model);
        }
    }

    private static void leaveInMidStream(TestApp app, int callers) {
        List<ChatClient> clients = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            clients.add(app.connect().chat("r1", "hello"));
        }
        clients.forEach(client -> client.until("r1", "chunk"));
        clients.forEach(ChatClient::vanish);
    }

    private static void awaitPeace(TestApp app, ScriptedModel model) {
        Inside.of(app).awaitPeace();
        await().untilAsserted(() -> assertThat(model.inFlight()).isZero());
    }
}
