package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Pace;
import io.caravan.demo.Question;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.ToolCall;
import io.caravan.demo.Words;
import io.caravan.mcp.McpServer;
import io.caravan.testing.ChatClient;
import io.caravan.testing.Patience;
import io.caravan.testing.Relay;
import io.caravan.testing.ScriptedMcp;
import io.caravan.testing.ScriptedMcp.Era;
import io.caravan.testing.ScriptedSse;
import io.caravan.testing.TestApp;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** MCP servers over HTTP that accept connections and say nothing, from the start or from some time on. */
class McpSilenceTest {

    private static final int CALLS = 10;

    @TempDir
    Path workDir;

    private final ScriptedModel model =
            ScriptedModel.builder().script(McpSilenceTest::answer).start();

    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>(List.of(model));

    enum Way {
        STATELESS,
        STREAMABLE,
        SSE
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsNoConnectionOfCallsThatAreNeverAnswered(Way way) {
        Relay relay = relay(way);
        TestApp app = app(relay, "timeout=300ms", "refresh=1h");
        ToolRun run = McpRuns.of(box(app), "echo", "{}");
        assertThat(McpRuns.made(app, run).isError()).isFalse();
        int before = relay.open();

        relay.fallSilent();
        List<CompletableFuture<ToolOutcome>> calls = IntStream.range(0, CALLS)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> McpRuns.made(app, run)))
                .toList();

        assertThat(calls)
                .allSatisfy(call -> assertThat(call)
                        .succeedsWithin(Patience.LONGEST)
                        .satisfies(outcome -> assertThat(outcome.text()).contains("no answer within 300ms")));
        await().untilAsserted(() -> assertThat(relay.open()).isLessThanOrEqualTo(before + 1));
    }

    @ParameterizedTest
    @EnumSource
    void keepsNoConnectionOfAServerThatIsSilentFromTheStart(Way way) {
        Relay relay = relay(way);
        relay.fallSilent();
        TestApp app = app(relay, "timeout=100ms");

        await().until(() -> relay.accepted() >= 6);

        await().untilAsserted(() -> assertThat(relay.open()).isLessThanOrEqualTo(1));
        assertThat(box(app).state().up()).isFalse();
    }

    @Test
    void keepsNoConnectionOfSessionsWhoseEndIsNeverAnswered() {
        ScriptedMcp server = ScriptedMcp.start(Era.SESSION).tool("echo", ScriptedMcp.says("x"));
        Relay relay = before(server, server.ignoresEnds().url());
        TestApp app = app(relay, "refresh=1h");
        ToolRun run = McpRuns.of(box(app), "echo", "{}");
        int before = relay.open();
        long threads = selectors();

        for (int i = 0; i < CALLS; i++) {
            server.forget(404);
            assertThat(McpRuns.made(app, run)).isEqualTo(ToolOutcome.of("x"));
        }

        assertThat(selectors()).isLessThanOrEqualTo(threads);
        await().until(() -> server.ends() >= CALLS);
        await().untilAsserted(() -> assertThat(relay.open()).isLessThanOrEqualTo(before + 3));
    }

    @ParameterizedTest
    @EnumSource
    void answersAChatWhoseToolIsNeverAnswered(Way way) {
        Relay relay = relay(way);
        TestApp app = app(relay, "timeout=300ms", "refresh=1h");
        ToolRun known = McpRuns.of(box(app), "echo", "{}");
        assertThat(McpRuns.made(app, known).isError()).isFalse();
        relay.fallSilent();

        try (ChatClient client = app.connect()) {
            List<JsonNode> events = client.chat("r1", "echo").all("r1");

            assertThat(ChatClient.text(events)).contains("box gave no answer within 300ms");
            assertThat(ChatClient.last(events).get("status").asText()).isEqualTo("complete");
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersAChatWithoutTheToolsOfAServerThatIsSilentFromTheStart(Way way) {
        Relay relay = relay(way);
        relay.fallSilent();
        TestApp app = app(relay, "timeout=10m");
        await().until(() -> relay.accepted() > 0);

        try (ChatClient client = app.connect()) {
            assertThat(ChatClient.text(client.chat("r1", "echo").all("r1"))).isEqualTo("no tools");
        }
    }

    /** Calls the tool, if it is offered one, and says what came of it. */
    private static Reply answer(Question question) {
        if (question.tools().isEmpty()) {
            return says("no tools");
        }
        return question.results().isEmpty()
                ? Reply.calling(List.of(new ToolCall("c1", "box__echo", ChatClient.object())), Pace.AT_ONCE)
                : says(question.results().get(0).text());
    }

    private static Reply says(String text) {
        return Reply.of(Words.of(text), Pace.AT_ONCE);
    }

    /** Threads of HTTP clients, each of which keeps idle connections. */
    private static long selectors() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("SelectorManager"))
                .count();
    }

    private Relay relay(Way way) {
        if (way == Way.SSE) {
            ScriptedSse server = ScriptedSse.start();
            return before(server, server.url());
        }
        ScriptedMcp server = ScriptedMcp.start(way == Way.STATELESS ? Era.STATELESS : Era.SESSION)
                .tool("echo", ScriptedMcp.says("x"));
        return before(server, server.url());
    }

    private Relay before(AutoCloseable server, URI url) {
        Relay relay = Relay.before(url);
        open.add(0, server);
        open.add(0, relay);
        return relay;
    }

    private TestApp app(Relay relay, String... own) {
        TestApp.Builder builder = TestApp.in(workDir).ollama(model).set("caravan.mcp.box.url=" + relay.url());
        for (String setting : own) {
            builder.set("caravan.mcp.box." + setting);
        }
        TestApp app = builder.start();
        open.add(0, app);
        return app;
    }

    private static McpServer box(TestApp app) {
        return app.app().parts().mcp().named("box");
    }
}
