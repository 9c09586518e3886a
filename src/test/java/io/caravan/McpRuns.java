package io.caravan;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.chat.Tool;
import io.caravan.mcp.McpServer;
import io.caravan.testing.ScriptedMcp;
import io.caravan.testing.TestApp;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.io.IOException;
import java.util.Optional;
import org.apache.camel.ProducerTemplate;

/** Calls of the tools of an MCP server, without a model that asks for them. */
final class McpRuns {

    private McpRuns() {}

    /** A call of a tool, once it is there. */
    static ToolRun of(McpServer server, String tool, String arguments) {
        ToolDefinition definition = await().until(
                        () -> server.tools().stream()
                                .filter(each -> each.name().equals(tool))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        Tool shown = new Tool(server.name() + "__" + tool, definition.description(), definition.inputSchema());
        return new ToolRun(new OfferedTool(shown, server, definition, false), (ObjectNode) ScriptedMcp.json(arguments));
    }

    /** Makes it, by the route that does that. */
    static ToolOutcome made(TestApp app, ToolRun run) {
        try (ProducerTemplate template = app.app().context().createProducerTemplate()) {
            return template.requestBody(run.tool().source().endpoint(run.tool().definition()), run, ToolOutcome.class);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
