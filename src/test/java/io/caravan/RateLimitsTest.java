package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Call;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much a provider is asked in a minute, by the settings and by its own word. */
class RateLimitsTest {

    private static final int WORDS = 700;

    @TempDir
    Path folder;

    private final ScriptedModel model = ScriptedModel.builder()
            .script(Script.always(Reply.of(new Words(WORDS, index -> " word"), Pace.AT_ONCE)))
            .start();
    private @Nullable TestApp app;
    private @Nullable ChatClient client;

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
        if (app != null) {
            app.close();
        }
        model.close();
    }

    private ChatClient start(String... own) {
        TestApp started = TestApp.in(folder).ollama(model, own).start();
        app = started;
        ChatClient connected = started.connect();
        client = connected;
        return connected;
    }

    private double metric(String name) {
        return app == null ? -1 : app.metric(name, "ollama");
    }

    private Duration sinceFirst(int call) {
        List<Call> calls = model.questions();
        return Duration.ofNanos(calls.get(call).nanoTime() - calls.get(0).nanoTime());
    }

    /** A whole answer that says that no further request is taken for a while. */
    private static Fault lastOne(String reset) {
        return new Fault.Status(
                200,
                Map.of(
                        "Content-Type", "application/x-ndjson",
                        "X-RateLimit-Remaining-Requests", "0",
                        "X-RateLimit-Reset-Requests", reset),
                Buffer.buffer("{\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"done\":true,"
                        + "\"done_reason\":\"stop\"}\n"));
    }

    private static String status(JsonNode end) {
        return end.path("status").asText();
    }

    @Test
    void asksNotOftenerThanIsSet() {
        ChatClient caller = start("requests-per-minute=120");
        long start = System.nanoTime();

        IntStream.range(0, 13).forEach(i -> caller.chat("r" + i, "hello"));
        IntStream.range(0, 13)
                .forEach(i -> assertThat(status(caller.end("r" + i))).isEqualTo("complete"));

        long[] times = model.questions().stream()
                .mapToLong(call -> call.nanoTime() - start)
                .sorted()
                .toArray();
        assertThat(times).hasSize(13);
        // One each half second, and those of the last five seconds at once: ten, then the others one by one.
        assertThat(times[10]).isGreaterThanOrEqualTo(Duration.ofMillis(500).toNanos());
        assertThat(times[11]).isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(times[12]).isGreaterThanOrEqualTo(Duration.ofMillis(1_500).toNanos());
    }

    @Test
    void asksForNotMoreTokensThanAreSet() {
        ChatClient caller = start("tokens-per-minute=6000");
        long start = System.nanoTime();

        JsonNode first = caller.chat("r1", "hello").end("r1");
        JsonNode second = caller.chat("r2", "hello").end("r2");

        long used = first.at("/metadata/usage/total_tokens").asLong();
        assertThat(used).isGreaterThanOrEqualTo(WORDS);
        assertThat(status(second)).isEqualTo("complete");
        assertThat(Duration.ofNanos(model.questions().get(1).nanoTime() - start))
                .isGreaterThanOrEqualTo(Duration.ofMillis(used * 10 - 5_000));
    }

    @Test
    void tellsAtOnceWhatWouldWaitTooLong() {
        ChatClient caller = start("requests-per-minute=1");
        caller.chat("r1", "hello").end("r1");

        JsonNode error = caller.chat("r2", "hello").error("r2");

        assertThat(error.get("code").asText()).isEqualTo("rate_limited");
        assertThat(error.get("status_code").asInt()).isEqualTo(429);
        assertThat(error.get("retryable").asBoolean()).isTrue();
        assertThat(error.get("message").asText()).contains("ollama takes no more", "requests-per-minute");
        assertThat(model.questions()).hasSize(1);
        System.gc(); // what is counted is held by more than the figure
        assertThat(metric("caravan_limit_refused_total")).isEqualTo(1);
    }

    @Test
    void letsWhoWaitsLeave() {
        ChatClient caller = start("requests-per-minute=2");
        caller.chat("r1", "hello").end("r1");
        caller.chat("r2", "hello");
        await().until(() -> metric("caravan_limit_waiting") == 1);

        caller.send("cancel", "r2");

        assertThat(caller.error("r2").get("code").asText()).isEqualTo("cancelled");
        assertThat(model.questions()).hasSize(1);
        await().until(() -> metric("caravan_limit_waiting") == 0);
    }

    @Test
    void waitsUntilTheServerTakesMoreAgain() {
        model.next(lastOne("1s"));
        ChatClient caller = start();
        assertThat(status(caller.chat("r1", "hello").end("r1"))).isEqualTo("complete");

        assertThat(status(caller.chat("r2", "hello").end("r2"))).isEqualTo("complete");

        assertThat(sinceFirst(1)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"6m0s", "31s"})
    void doesNotAskAServerThatTakesNothingForTooLong(String reset) {
        model.next(lastOne(reset));
        ChatClient caller = start();
        assertThat(status(caller.chat("r1", "hello").end("r1"))).isEqualTo("complete");

        JsonNode error = caller.chat("r2", "hello").error("r2");

        assertThat(error.get("code").asText()).isEqualTo("rate_limited");
        assertThat(error.get("message").asText()).contains("as it has said");
        assertThat(model.questions()).hasSize(1);
    }

    @Test
    void letsOthersWaitTooWhereTheServerHasToldOneTo() {
        model.next(Fault.status(429, "Retry-After", "3"));
        ChatClient caller = start();
        caller.chat("r1", "hello");
        // It is asked again after three seconds, however late a busy machine looks.
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> metric("caravan_server_set_aside") == 1
                        || model.questions().size() > 1);

        caller.chat("r2", "hello");

        assertThat(status(caller.end("r1"))).isEqualTo("complete");
        assertThat(status(caller.end("r2"))).isEqualTo("complete");
        assertThat(model.questions()).hasSize(3);
        assertThat(sinceFirst(1)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    }
}
