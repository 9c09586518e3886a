package io.caravan;

import static io.caravan.testing.ChatClient.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.CapturedLog;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What an operator sees: health, metrics, the log; and what is never in them. */
class OperatingTest {

    private static final String UNBREAKABLE = "breaker.minimum-calls=1000";
    private static final String WIDE = "breaker.window=1000";
    private static final String PROMPT = "the-secret-prompt";
    private static final String ANSWER = "the-secret-answer";
    private static final String KEY = "the-secret-key-0123456789";

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static TestApp app;
    CapturedLog log;
    ChatClient client;

    @BeforeAll
    static void start() {
        model = ScriptedModel.builder()
                .script(Script.always(Reply.of(Words.of(ANSWER + " it is"), Pace.AT_ONCE)))
                .start();
        app = TestApp.in(folder)
                .ollama("ollama", model.url(), "api-key=" + KEY, "max-retries=0", UNBREAKABLE, WIDE)
                .openAi("openai", model.openAiUrl(), "headers.X-Key=" + KEY, "max-retries=0", UNBREAKABLE, WIDE)
                .start();
    }

    @AfterAll
    static void stop() {
        app.close();
        model.close();
    }

    @BeforeEach
    void listen() {
        log = CapturedLog.listen();
        client = app.connect();
    }

    @AfterEach
    void leave() {
        client.close();
        log.close();
        model.heal();
    }

    @Test
    void writesOneLineForEachAnswer() {
        client.chat("r1", object().put("text", PROMPT).put("model", "openai/scripted"))
                .all("r1");

        String line = log.await("caravan.request", "r1");

        assertThat(line)
                .contains(
                        "answered",
                        "request_id=\"r1\"",
                        "door=\"in-websocket\"",
                        "provider=\"openai\"",
                        "model=\"scripted\"")
                .contains("finish_reason=\"stop\"", "completion_tokens=\"3\"", "chunks=\"3\"", "attempts=\"1\"")
                .containsPattern("first_chunk_ms=\"\\d+\" total_ms=\"\\d+\"");
        // What another test has asked may still be told.
        assertThat(log.lines("caravan.request"))
                .filteredOn(each -> each.contains("\"r1\""))
                .hasSize(1);
    }

    @Test
    void writesOneLineForEachFailureWithItsReason() {
        model.always(Fault.status(503));
        client.chat("r2", PROMPT).all("r2");

        String line = log.await("caravan.request", "r2");

        assertThat(line)
                .contains("failed", "error=\"provider_unavailable\"", "503", "attempts=\"2\"")
                .contains("failed_attempts=\"ollama provider_unavailable: The model's server failed (503);"
                        + " openai provider_unavailable: The model's server failed (503)\"");
    }

    @Test
    void keepsControlCharactersOfCallersOutOfTheLog() {
        client.chat("r\n3\u001b[31m", PROMPT).all("r\n3\u001b[31m");

        assertThat(log.await("caravan.request", "r 3 [31m")).doesNotContain("\n3", "\u001b");
    }

    @Test
    void saysNothingOfPromptsAnswersAndKeys() {
        client.chat("a", PROMPT).all("a");
        client.chat("b", object().put("text", PROMPT).put("model", "openai/scripted"))
                .all("b");
        client.send(
                "{\"action\":\"chat\",\"request_id\":\"c\",\"payload\":{\"text\":\"" + PROMPT + "\",\"nonsense\":1}}");
        client.all("c");
        client.send("{\"action\":\"chat\",\"request_id\":\"d\",\"payload\":{\"text\":\"" + PROMPT);
        client.next(ChatClient.NOBODY);
        model.next(Fault.status(503), Fault.status(400), new Fault.Cut(1, Fault.Cut.How.RESET));
        for (String id : List.of("e", "f", "g")) {
            client.chat(id, PROMPT).all(id);
        }
        model.next(new Fault.Garbage(0, "{\"" + ANSWER + "\n"));
        client.chat("h", PROMPT).all("h");
        model.next(new Fault.Status(
                400,
                java.util.Map.of("Content-Type", "application/json"),
                io.vertx.core.buffer.Buffer.buffer("{\"error\":\"cannot take " + PROMPT + "\"}")));
        client.chat("i", PROMPT).all("i");
        log.await("caravan.request", "\"i\"");

        String metrics = app.manage("/observe/metrics").body();

        assertThat(log.all()).isNotEmpty().doesNotContain(PROMPT, ANSWER, KEY);
        assertThat(metrics).isNotEmpty().doesNotContain(PROMPT, ANSWER, KEY);
    }

    @Test
    void countsWhatItDoes() {
        client.chat("m1", object().put("text", PROMPT).put("model", "openai/scripted"))
                .all("m1");
        model.next(Fault.status(400));
        client.chat("m2", object().put("text", PROMPT).put("model", "openai/made-up-by-a-caller"))
                .all("m2");

        await().untilAsserted(() -> {
            assertThat(app.metric("caravan_requests_total", "gen_ai_provider_name=\"openai\""))
                    .isGreaterThanOrEqualTo(2);
            assertThat(app.metric("caravan_requests_total", "error_type=\"invalid_request\""))
                    .isGreaterThanOrEqualTo(1);
            assertThat(app.metric("caravan_chunks_total", "openai")).isGreaterThanOrEqualTo(3);
            assertThat(app.metric(
                            "gen_ai_client_operation_duration_seconds_count", "gen_ai_request_model=\"scripted\""))
                    .isPositive();
            assertThat(app.metric("gen_ai_client_operation_time_to_first_chunk_seconds_count", "openai"))
                    .isPositive();
            assertThat(app.metric("gen_ai_client_token_usage_sum", "gen_ai_token_type=\"output\""))
                    .isGreaterThanOrEqualTo(3);
            assertThat(app.metric("gen_ai_client_token_usage_sum", "gen_ai_token_type=\"input\""))
                    .isPositive();
        });
        assertThat(app.manage("/observe/metrics").body())
                .contains("caravan_requests_running", "caravan_requests_waiting", "caravan_websocket_connections")
                .contains(
                        "caravan_pool_leased{gen_ai_provider_name=\"openai\"}",
                        "caravan_pool_idle",
                        "caravan_pool_pending")
                .contains("resilience4j_circuitbreaker_state")
                .doesNotContain("made-up-by-a-caller");
    }

    @Test
    void isLiveAndReady() {
        for (String path : List.of("/observe/health", "/observe/health/live", "/observe/health/ready")) {
            assertThat(app.manage(path).statusCode()).as(path).isEqualTo(200);
            assertThat(app.manage(path).body()).as(path).startsWith("{\"status\":\"UP\"");
        }
    }

    @Test
    void isStillUpWithAnOpenBreakerAndSaysSoInHealthAndMetrics() throws IOException {
        try (TestApp other = TestApp.in(Files.createTempDirectory(folder, "breaker"))
                        .ollama(model, "max-retries=0", "breaker.minimum-calls=1", "breaker.window=1")
                        .start();
                ChatClient caller = other.connect()) {
            assertThat(check(other, "/observe/health", "provider-ollama")).isEqualTo("UP breaker closed");

            model.next(Fault.status(503));
            caller.chat("b", PROMPT).all("b");

            assertThat(check(other, "/observe/health", "provider-ollama")).startsWith("UP breaker open: ");
            assertThat(other.manage("/observe/health").statusCode()).isEqualTo(200);
            assertThat(other.manage("/observe/health/ready").statusCode()).isEqualTo(200);
            assertThat(other.metric("resilience4j_circuitbreaker_state", "state=\"open\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void isDownAndStillReadyWhileItsWorkDirCannotBeWritten() throws IOException {
        Path outbox = folder.resolve("outbox");
        Files.deleteIfExists(outbox);
        Files.writeString(outbox, "in the way");
        try {
            assertThat(app.manage("/observe/health").statusCode()).isEqualTo(503);
            assertThat(check(app, "/observe/health", "work-dir"))
                    .startsWith("DOWN caravan.work-dir: ")
                    .contains("outbox", "cannot be written");
            assertThat(app.manage("/observe/health/ready").statusCode()).isEqualTo(200);
        } finally {
            Files.delete(outbox);
        }
        assertThat(check(app, "/observe/health", "work-dir")).startsWith("UP");
    }

    @Test
    void isAliveButNotReadyWhileItStops() throws IOException {
        CountDownLatch stopped = new CountDownLatch(1);
        TestApp other = TestApp.in(Files.createTempDirectory(folder, "stop"))
                .ollama(model)
                .start();
        try (ChatClient caller = other.connect()) {
            model.next(new Fault.Stall(1));
            caller.chat("s", PROMPT);
            caller.next("s");
            new Thread(() -> {
                        other.stop(Duration.ofSeconds(20));
                        stopped.countDown();
                    })
                    .start();

            await().untilAsserted(() -> assertThat(
                            other.manage("/observe/health/ready").statusCode())
                    .isEqualTo(503));

            assertThat(check(other, "/observe/health/ready", "accepting")).startsWith("DOWN Caravan is shutting down");
            assertThat(other.manage("/observe/health/live").statusCode()).isEqualTo(200);
        }
        await().until(() -> stopped.getCount() == 0);
    }

    /** State and words of one check. */
    private static String check(TestApp app, String path, String name) throws IOException {
        for (JsonNode check : new JsonMapper().readTree(app.manage(path).body()).path("checks")) {
            if (check.path("name").asText().equals(name)) {
                return (check.path("status").asText() + " "
                                + check.path("message").asText())
                        .strip();
            }
        }
        return "no check " + name;
    }

    @Test
    void showsProvidersTheirKeyAndNothingElse() {
        client.chat("k1", PROMPT).all("k1");
        assertThat(lastHeaders()).containsEntry("Authorization", "Bearer " + KEY);

        client.chat("k2", object().put("text", PROMPT).put("model", "openai/scripted"))
                .all("k2");
        assertThat(lastHeaders()).containsEntry("X-Key", KEY).doesNotContainKey("Authorization");
    }

    private static java.util.Map<String, String> lastHeaders() {
        var calls = model.questions();
        return calls.get(calls.size() - 1).headers();
    }

    @Test
    void logsAtTheLevelThatWasSet() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger requests = context.getLogger("caravan.request");
        assertThat(requests.getEffectiveLevel()).isEqualTo(Level.INFO);
    }
}
