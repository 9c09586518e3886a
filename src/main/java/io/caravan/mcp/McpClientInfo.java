package io.caravan.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What Caravan says of itself to MCP servers. */
final class McpClientInfo {

    private McpClientInfo() {}

    static ObjectNode json() {
        String version = Optional.ofNullable(McpClientInfo.class.getPackage().getImplementationVersion())
                .orElse("development");
        return McpJson.object().put("name", "caravan").put("version", version);
    }
}
