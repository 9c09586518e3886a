package io.caravan.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.tool.ToolRun;
import java.time.Duration;
import java.util.Optional;

/**
 * Something an MCP server is asked.
 *
 * @param timeout for the whole of it
 * @param run the call of a tool that it is, which may be cancelled
 */
record McpRequest(String method, ObjectNode params, Duration timeout, Optional<ToolRun> run) {

    McpRequest(String method, ObjectNode params, Duration timeout) {
        this(method, params, timeout, Optional.empty());
    }

    /** The same in less time. */
    McpRequest within(Duration left) {
        return new McpRequest(method, params, left, run);
    }
}
