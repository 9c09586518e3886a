package io.caravan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.chat.Tool;
import io.caravan.mcp.McpServer;
import io.caravan.testing.TestApp;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolRun;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What the conformance suite of MCP runs as a client: the program itself, which lists the tools of a server and calls each. */
final class McpConformanceClient {

    private static final ObjectMapper JSON = new ObjectMapper();

    private McpConformanceClient() {}

    public static void main(String[] arguments) throws Exception {
        Path workDir = Files.createTempDirectory("caravan-conformance");
        try (TestApp app = TestApp.in(workDir)
                .ollama("ollama", URI.create("http://127.0.0.1:1"))
                .set("caravan.mcp.suite.url=" + arguments[arguments.length - 1], "caravan.mcp.suite.timeout=20s")
                .start()) {
            McpServer server = app.app().parts().mcp().named("suite");
            McpServer.State state = server.state(Duration.ofSeconds(20));
            System.out.println(state.up() + " " + state.revision() + " " + state.problem());
            JsonNode calls = JSON.readTree(Optional.ofNullable(System.getenv("MCP_CONFORMANCE_CONTEXT"))
                            .orElse("{}"))
                    .path("toolCalls");
            for (ToolDefinition tool : server.tools()) {
                if (tool.name().equals("json_schema_echo")) {
                    ObjectNode echo = JSON.createObjectNode();
                    server.tools().stream()
                            .filter(other -> !other.equals(tool))
                            .forEach(other -> echo.set("schema", other.inputSchema()));
                    call(server, tool, echo);
                } else if (calls.isEmpty()) {
                    call(server, tool, sample(tool.inputSchema()));
                }
            }
            for (JsonNode call : calls) {
                Optional<ToolDefinition> tool = server.tools().stream()
                        .filter(each -> each.name().equals(call.path("name").asText()))
                        .findFirst();
                if (tool.isPresent()) {
                    call(server, tool.get(), (ObjectNode) call.path("arguments"));
                }
            }
        }
        System.exit(0);
    }

    private static void call(McpServer server, ToolDefinition tool, ObjectNode arguments) {
        Tool shown = new Tool(tool.name(), tool.description(), tool.inputSchema());
        System.out.println(
                tool.name() + ": " + server.call(new ToolRun(new OfferedTool(shown, server, tool, false), arguments)));
    }

    private static ObjectNode sample(JsonNode schema) {
        ObjectNode sample = JSON.createObjectNode();
        schema.path("properties").properties().forEach(property -> {
            switch (property.getValue().path("type").asText()) {
                case "string" -> sample.put(property.getKey(), "text");
                case "boolean" -> sample.put(property.getKey(), true);
                case "object" -> sample.set(property.getKey(), sample(property.getValue()));
                default -> sample.put(property.getKey(), 1);
            }
        });
        return sample;
    }
}
