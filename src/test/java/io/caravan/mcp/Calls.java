package io.caravan.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.chat.Tool;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolRun;

/** Calls of the tools of a server, as the loop would make them. */
final class Calls {

    private Calls() {}

    static ToolRun of(McpServer server, String tool, String arguments) {
        ToolDefinition definition = server.tools().stream()
                .filter(each -> each.name().equals(tool))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no tool " + tool));
        try {
            return new ToolRun(
                    new OfferedTool(
                            new Tool(tool, definition.description(), definition.inputSchema()),
                            server,
                            definition,
                            false),
                    (ObjectNode) McpJson.MAPPER.readTree(arguments));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
