package io.caravan.camel;

import io.caravan.mcp.McpServers;
import io.caravan.tool.ToolRun;
import org.apache.camel.Exchange;

/** The step of the route that calls the tools of MCP servers. */
public final class McpSteps {

    private final McpServers servers;

    public McpSteps(McpServers servers) {
        this.servers = servers;
    }

    /** Runs the call that is the body; its outcome is the body then. */
    public void call(Exchange exchange) {
        ToolRun run = exchange.getMessage().getBody(ToolRun.class);
        exchange.getMessage().setBody(servers.named(run.tool().source().name()).call(run));
    }
}
