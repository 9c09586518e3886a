package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.mcp.McpServer;
import io.caravan.operate.Finding;
import io.caravan.testing.CapturedLog;
import io.caravan.testing.TestApp;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
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
            assertThat(app.app().mcpCheck().findings())
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

    private TestApp app(String command) {
        return TestApp.in(workDir)
                .ollama("ollama", URI.create("http://127.0.0.1:1"))
                .set("caravan.mcp.box.command=" + command, "caravan.mcp.box.timeout=1s")
                .start();
    }
}
