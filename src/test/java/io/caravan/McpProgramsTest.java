package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.chat.Tool;
import io.caravan.mcp.McpServer;
import io.caravan.operate.Finding;
import io.caravan.testing.CapturedLog;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MCP servers that are programs, and what goes wrong with them. */
class McpProgramsTest {

    @TempDir
    Path workDir;

    @Test
    void saysThatThereIsNoSuchProgram() {
        try (TestApp app = app("no-such-program-anywhere")) {
            await().untilAsserted(() -> assertThat(server(app).state().problem().orElse(""))
                    .startsWith("box cannot be started: ")
                    .contains("no-such-program-anywhere"));
        }
    }

    @Test
    void saysThatTheProgramHasEnded() {
        try (TestApp app = app("sh -c 'echo no license >&2; exit 3'")) {
            await().untilAsserted(() ->
                    assertThat(server(app).state().problem().orElse("")).contains("has ended: no license"));
        }
    }

    @Test
    void findsNoServerInAProgramThatSaysSomethingElse() {
        try (CapturedLog log = CapturedLog.listen();
                TestApp app = app("sh -c 'echo confidential; sleep 60'")) {
            await().untilAsserted(() -> assertThat(server(app).state().problem().orElse(""))
                    .contains("box")
                    .doesNotContain("not tried")
                    .doesNotContain("confidential"));
            assertThat(log.all()).contains("MCP server box").doesNotContain("confidential");
        }
    }

    @Test
    void speaksARevisionWithoutHandshakesToAProgramThatKnowsIt() {
        String program = "sh -c 'read a; echo \"{\\\"jsonrpc\\\":\\\"2.0\\\",\\\"id\\\":\\\"1\\\",\\\"result\\\":"
                + "{\\\"supportedVersions\\\":[\\\"2026-07-28\\\"],\\\"capabilities\\\":{\\\"tools\\\":{}}}}\"; "
                + "read b; echo \"{\\\"jsonrpc\\\":\\\"2.0\\\",\\\"id\\\":\\\"2\\\",\\\"result\\\":"
                + "{\\\"tools\\\":[{\\\"name\\\":\\\"one\\\",\\\"inputSchema\\\":{}}]}}\"; sleep 60'";
        try (TestApp app = app(program)) {
            await().untilAsserted(() -> assertThat(server(app).tools()).hasSize(1));
            assertThat(server(app).state().revision()).isEqualTo("2026-07-28");
            assertThat(app.app().checks().mcp().findings())
                    .containsExactly(Finding.ok("mcp box", "1 tools (revision 2026-07-28)"));
        }
    }

    @Test
    void endsItsProgramWhenItStops() {
        TestApp app = app("sh -c 'exec sleep 4321'");
        await().until(() -> running("4321") == 1);

        app.close();

        await().untilAsserted(() -> assertThat(running("4321")).isZero());
    }

    @Test
    void givesItsProgramFewVariables() throws IOException {
        try (TestApp app = app(script("env | cut -d= -f1 | tr '\\n' ' '"), "environment.BOX_TOKEN=secret")) {
            String names = call(app).text();

            assertThat(names.strip().split(" "))
                    .contains("BOX_TOKEN", "PATH")
                    .isSubsetOf(
                            "BOX_TOKEN",
                            "HOME",
                            "LOGNAME",
                            "PATH",
                            "SHELL",
                            "TERM",
                            "USER",
                            "PWD",
                            "OLDPWD",
                            "SHLVL",
                            "_");
        }
    }

    @Test
    void readsNoResultOfFiftyMegabytes() throws IOException {
        String once = "test -e done && echo fine || { touch done; head -c 50000000 /dev/zero | tr '\\0' x; }";
        try (TestApp app = app(script(once), "timeout=10m")) {
            await().until(() -> !server(app).tools().isEmpty());

            assertThat(CompletableFuture.supplyAsync(() -> call(app)))
                    .succeedsWithin(Patience.LONGEST)
                    .satisfies(outcome -> assertThat(outcome.text()).contains("box", "16777216 bytes"));

            awaitStart(app, 2);
            assertThat(call(app)).isEqualTo(ToolOutcome.of("fine"));
        }
    }

    @Test
    void startsAProgramThatDiesAgainEverMoreSlowly() throws IOException {
        try (CapturedLog log = CapturedLog.listen();
                TestApp app = app(script("kill -9 $$; sleep 2"), "timeout=5s")) {
            long begun = System.nanoTime();
            for (int deaths = 1; deaths <= 3; deaths++) {
                awaitStart(app, deaths);
                begun = System.nanoTime();
                assertThat(call(app).text()).contains("has ended");
            }
            awaitStart(app, 4);

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(2500));
            assertThat(log.all().split("the program of box has ended", -1)).hasSize(4);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("caravan-mcp-box"))
                    .hasSizeLessThan(7);
        }
    }

    @Test
    void givesACallUpThatItsProgramNeverAnswers() throws IOException {
        try (TestApp app = app(script("exec sleep 98765"))) {
            assertThat(call(app)).isEqualTo(ToolOutcome.error("box gave no answer within 1s"));
        }
    }

    @Test
    void killsAProgramThatDoesNotWantToEnd() {
        List<String> sleepers = sleepers();
        TestApp app = app("sh -c 'trap \"\" TERM HUP; sleep %s & sleep %s; sleep %s'".formatted(sleepers.toArray()));
        await().until(() -> everywhere(sleepers.get(0)) == 1 && everywhere(sleepers.get(1)) == 1);

        app.close();

        await().until(() ->
                sleepers.stream().mapToLong(McpProgramsTest::everywhere).sum() == 0);
    }

    /** How long three sleep: each long, and as no other process on this machine. */
    private static List<String> sleepers() {
        long pid = ProcessHandle.current().pid();
        return List.of("1" + pid + "1", "1" + pid + "2", "1" + pid + "3");
    }

    /** Waits until a server of {@link #script} that was started so often is up. */
    private void awaitStart(TestApp app, int starts) {
        Path started = workDir.resolve("started");
        await().until(() -> Files.exists(started)
                && Files.readAllLines(started).size() == starts
                && server(app).state().up());
    }

    private static long everywhere(String argument) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(List::of)
                        .orElse(List.of())
                        .equals(List.of(argument)))
                .count();
    }

    /** A server with one tool, whose result is what this command writes. */
    private String script(String tool) throws IOException {
        Path script = workDir.resolve("server.sh");
        Files.writeString(script, """
                cd "$(dirname "$0")"
                echo started >>started
                say() { printf '{"jsonrpc":"2.0","id":"%s",' "$id"; tr -d '\\n'; echo '}'; }
                while read -r line; do
                  id=$(printf '%s' "$line" | sed -n 's/.*"id":"\\([0-9]*\\)".*/\\1/p')
                  case "$line" in
                    *server/discover*) echo '"error":{"code":-32601,"message":"no"}' | say ;;
                    *'"initialize"'*) echo '"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}}}' | say ;;
                    *tools/list*) echo '"result":{"tools":[{"name":"one","inputSchema":{}}]}' | say ;;
                    *tools/call*) { printf '"result":{"content":[{"type":"text","text":"'
                      { TOOL; } | tr -d '\\n'
                      echo '"}]}'; } | say ;;
                  esac
                done
                """.replace("TOOL", tool));
        return "sh " + script;
    }

    private static ToolOutcome call(TestApp app) {
        await().until(() -> !server(app).tools().isEmpty());
        ToolDefinition one = server(app).tools().get(0);
        Tool shown = new Tool("box__one", one.description(), one.inputSchema());
        return server(app)
                .call(new ToolRun(
                        new OfferedTool(shown, server(app), one, false), JsonNodeFactory.instance.objectNode()));
    }

    private static long running(String argument) {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info()
                        .arguments()
                        .map(List::of)
                        .orElse(List.of())
                        .equals(List.of(argument)))
                .count();
    }

    private static McpServer server(TestApp app) {
        return app.app().parts().mcp().named("box");
    }

    private TestApp app(String command, String... own) {
        TestApp.Builder builder = TestApp.in(workDir)
                .ollama("ollama", URI.create("http://127.0.0.1:1"))
                .set("caravan.mcp.box.command=" + command);
        if (own.length == 0 || !own[0].startsWith("timeout")) {
            builder.set("caravan.mcp.box.timeout=1s");
        }
        for (String setting : own) {
            builder.set("caravan.mcp.box." + setting);
        }
        return builder.start();
    }
}
