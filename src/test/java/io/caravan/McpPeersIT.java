package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.chat.Tool;
import io.caravan.mcp.McpServer;
import io.caravan.testing.Patience;
import io.caravan.testing.ScriptedMcp;
import io.caravan.testing.TestApp;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The reference server of MCP, from its npm package; only in the profile {@code peers}, for it needs Node.js and npm. */
class McpPeersIT {

    @TempDir
    static Path npm;

    @TempDir
    Path workDir;

    private final List<AutoCloseable> open = new ArrayList<>();

    enum Way {
        HTTP,
        PROGRAM
    }

    @BeforeAll
    static void installThePackage() throws Exception {
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.copy(Path.of("src/test/peers/mcp", file), npm.resolve(file));
        }
        Process install = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                .directory(npm.toFile())
                .redirectErrorStream(true)
                .redirectOutput(npm.resolve("npm.log").toFile())
                .start();
        assertThat(install.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(install.exitValue())
                .as(Files.readString(npm.resolve("npm.log")))
                .isZero();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void listsItsToolsAndHidesThoseThatAreTasks(Way way) throws IOException {
        TestApp app = app(way, freshPort(way));

        assertThat(server(app).tools())
                .extracting(ToolDefinition::name)
                .contains("echo", "get-sum", "trigger-long-running-operation")
                .doesNotContain("simulate-research-query");
        assertThat(server(app).state().revision()).isEqualTo("2025-11-25");
    }

    @ParameterizedTest
    @EnumSource
    void callsItsTools(Way way) throws IOException {
        TestApp app = app(way, freshPort(way));

        assertThat(call(app, "echo", "{\"message\":\"hé\"}")).isEqualTo(ToolOutcome.of("Echo: hé"));
        assertThat(call(app, "get-sum", "{\"a\":2,\"b\":40}").text()).contains("42");
        assertThat(call(app, "get-sum", "{\"a\":\"x\"}").isError()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void readsResultsOfEveryType(Way way) throws IOException {
        TestApp app = app(way, freshPort(way));

        assertThat(call(app, "get-tiny-image", "{}").text())
                .contains("Here's the image you requested:", "[image: image/png, 4033 bytes, not shown]");
        assertThat(call(app, "get-structured-content", "{\"location\":\"Chicago\"}")
                        .text())
                .containsOnlyOnce("humidity");
        assertThat(call(app, "get-resource-links", "{\"count\":2}").text())
                .contains("[resource: demo://resource/dynamic/blob/1", "[resource: demo://resource/dynamic/text/2");
        assertThat(call(app, "get-resource-reference", "{\"resourceType\":\"Blob\",\"resourceId\":1}")
                        .text())
                .contains("[resource demo://resource/dynamic/blob/1: text/plain,");
        assertThat(call(app, "get-resource-reference", "{\"resourceType\":\"Text\",\"resourceId\":1}")
                        .text())
                .contains("Resource 1: This is a plaintext resource");
        assertThat(call(app, "get-annotated-message", "{\"messageType\":\"error\",\"includeImage\":true}")
                        .text())
                .startsWith("Error: Operation failed");
    }

    @ParameterizedTest
    @EnumSource
    void waitsForAToolThatTellsItsProgress(Way way) throws IOException {
        TestApp app = app(way, freshPort(way));

        assertThat(call(app, "trigger-long-running-operation", "{\"duration\":1,\"steps\":3}"))
                .isEqualTo(ToolOutcome.of("Long running operation completed. Duration: 1 seconds, Steps: 3."));
    }

    @ParameterizedTest
    @EnumSource
    void cancelsASlowToolAndGoesOn(Way way) throws Exception {
        TestApp app = app(way, freshPort(way));
        ToolRun run = run(app, "trigger-long-running-operation", "{\"duration\":60,\"steps\":60}");
        CompletableFuture<ToolOutcome> outcome =
                CompletableFuture.supplyAsync(() -> server(app).call(run));

        run.cancel("nobody waits");

        assertThat(outcome.get(Patience.SECONDS, TimeUnit.SECONDS).text()).contains("nobody waits");
        assertThat(call(app, "echo", "{\"message\":\"on\"}")).isEqualTo(ToolOutcome.of("Echo: on"));
    }

    @ParameterizedTest
    @EnumSource
    void goesOnWithAServerThatWasRestarted(Way way) throws Exception {
        int port = freshPort(way);
        TestApp app = app(way, port);
        assertThat(call(app, "echo", "{\"message\":\"one\"}")).isEqualTo(ToolOutcome.of("Echo: one"));

        if (way == Way.HTTP) {
            open.remove(open.size() - 1).close();
            started(port);
        } else {
            Set<ProcessHandle> killed = ProcessHandle.current().descendants().collect(Collectors.toSet());
            killed.forEach(ProcessHandle::destroyForcibly);
            await().until(() -> ProcessHandle.current().descendants().anyMatch(each -> !killed.contains(each)));
        }

        await().until(() ->
                server(app).tools().stream().anyMatch(tool -> tool.name().equals("echo")));
        assertThat(call(app, "echo", "{\"message\":\"two\"}")).isEqualTo(ToolOutcome.of("Echo: two"));
    }

    private int freshPort(Way way) throws IOException {
        int port = TestApp.freePort();
        if (way == Way.HTTP) {
            started(port);
        }
        return port;
    }

    private void started(int port) throws IOException {
        ProcessBuilder node = new ProcessBuilder(binary(), "streamableHttp")
                .directory(npm.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        node.environment().put("PORT", Integer.toString(port));
        Process process = node.start();
        open.add(() -> process.destroyForcibly().waitFor());
        await().until(() -> listens(port));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static String binary() {
        return npm.resolve("node_modules/.bin/mcp-server-everything").toString();
    }

    private TestApp app(Way way, int port) {
        TestApp app = TestApp.in(workDir)
                .ollama("ollama", URI.create("http://127.0.0.1:1"))
                .set(
                        way == Way.HTTP
                                ? "caravan.mcp.every.url=http://127.0.0.1:" + port + "/mcp"
                                : "caravan.mcp.every.command=\"" + binary() + "\"")
                .start();
        open.add(0, app);
        await().until(() -> server(app).state().up());
        return app;
    }

    private static McpServer server(TestApp app) {
        return app.app().parts().mcp().named("every");
    }

    private static ToolOutcome call(TestApp app, String tool, String arguments) {
        return server(app).call(run(app, tool, arguments));
    }

    private static ToolRun run(TestApp app, String tool, String arguments) {
        ToolDefinition definition = server(app).tools().stream()
                .filter(each -> each.name().equals(tool))
                .findFirst()
                .orElseThrow();
        return new ToolRun(
                new OfferedTool(
                        new Tool(tool, definition.description(), definition.inputSchema()),
                        server(app),
                        definition,
                        false),
                (ObjectNode) ScriptedMcp.json(arguments));
    }
}
