package io.caravan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.caravan.mcp.McpServer;
import io.caravan.testing.ScriptedMcp;
import io.caravan.testing.TestApp;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MCP servers that end the stream of an answer before it, and want to be asked for the rest. */
class McpResumptionTest {

    private static final String FIRST = "id: first\nretry: 150\ndata: \n\n";

    @TempDir
    Path workDir;

    private final ScriptedMcp server = ScriptedMcp.start(ScriptedMcp.Era.SESSION);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>(List.of(server));

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void comesBackForTheAnswer() {
        server.tool("slow", (http, request) -> stream(http, FIRST));
        server.resumes((http, lastEvent) -> {
            asked.add(lastEvent.asText() + " " + http.getRequestHeaders().getFirst("Mcp-Session-Id"));
            return stream(http, "id: second\n" + answer("there"));
        });

        assertThat(call("timeout=20s")).isEqualTo(ToolOutcome.of("there"));
        assertThat(asked).containsExactly("first session-1");
    }

    @Test
    void comesBackAsOftenAsTheServerWantsIt() {
        server.tool("slow", (http, request) -> stream(http, FIRST));
        server.resumes((http, lastEvent) -> {
            asked.add(lastEvent.asText());
            return stream(http, asked.size() < 3 ? "id: " + asked.size() + "\ndata: \n\n" : answer("at last"));
        });

        assertThat(call("timeout=20s")).isEqualTo(ToolOutcome.of("at last"));
        assertThat(asked).containsExactly("first", "1", "2");
    }

    @Test
    void comesBackToAServerThatBrokeItsStreamOff() {
        server.tool("slow", (http, request) -> {
            begin(http, FIRST + "id: never whole\ndata: {");
            http.close();
            return null;
        });
        server.resumes((http, lastEvent) -> {
            asked.add(lastEvent.asText());
            return stream(http, answer("there"));
        });

        assertThat(call("timeout=20s")).isEqualTo(ToolOutcome.of("there"));
        assertThat(asked).containsExactly("first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "a page", "no JSON"})
    void saysThatThereWasNoAnswerWhereTheRestIsNotGiven(String instead) {
        server.tool("slow", (http, request) -> stream(http, FIRST));
        switch (instead) {
            case "a page" -> server.resumes(ScriptedMcp.raw(200, "text/html", "<p>Hello"));
            case "no JSON" -> server.resumes(ScriptedMcp.raw(200, "text/event-stream", "data: {\n\n"));
            default -> {}
        }

        assertThat(call("timeout=20s")).isEqualTo(ToolOutcome.error("box ended the connection without an answer"));
        assertThat(server.got("tools/call")).hasSize(1);
    }

    @Test
    void leavesTheRestWhenTheTimeOfTheCallIsOver() {
        server.tool("slow", (http, request) -> stream(http, FIRST));
        server.resumes(server.hangs());

        assertThat(call("timeout=1s")).isEqualTo(ToolOutcome.error("box gave no answer within 1s"));
        await().untilAsserted(() -> assertThat(server.left()).isOne());
        await().untilAsserted(
                        () -> assertThat(server.got("notifications/cancelled")).hasSize(1));
    }

    @Test
    void asksForNoRestOfACallThatIsCancelled() throws Exception {
        server.tool("slow", (http, request) -> stream(http, "id: first\nretry: 60000\ndata: \n\n"));
        TestApp app = app("timeout=20s");
        ToolRun run = McpRuns.of(box(app), "slow", "{}");
        CompletableFuture<ToolOutcome> outcome = CompletableFuture.supplyAsync(() -> McpRuns.made(app, run));
        await().until(() -> resuming() == 1);

        run.cancel("nobody waits");

        assertThat(outcome.get().text()).contains("nobody waits");
        await().until(() -> resuming() == 0);
    }

    private static long resuming() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("caravan-mcp-box-resume"))
                .count();
    }

    private ToolOutcome call(String setting) {
        TestApp app = app(setting);
        return McpRuns.made(app, McpRuns.of(box(app), "slow", "{}"));
    }

    private TestApp app(String setting) {
        TestApp app = TestApp.in(workDir)
                .ollama("ollama", URI.create("http://127.0.0.1:1"))
                .set("caravan.mcp.box.url=" + server.url(), "caravan.mcp.box." + setting)
                .start();
        open.add(0, app);
        return app;
    }

    private static McpServer box(TestApp app) {
        return app.app().parts().mcp().named("box");
    }

    private String answer(String text) {
        return "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":"
                + server.got("tools/call").get(0).message().get("id")
                + ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}}\n\n";
    }

    private static @Nullable JsonNode stream(HttpExchange http, String events) throws IOException {
        begin(http, events);
        http.getResponseBody().close();
        return null;
    }

    private static void begin(HttpExchange http, String events) throws IOException {
        http.getResponseHeaders().set("Content-Type", "text/event-stream");
        http.sendResponseHeaders(200, 0);
        http.getResponseBody().write(events.getBytes(UTF_8));
        http.getResponseBody().flush();
    }
}
