package io.caravan.mcp;

import io.caravan.settings.McpSettings;
import io.caravan.tool.ToolSource;
import java.util.List;
import java.util.function.UnaryOperator;

/** All MCP servers there are in the settings. Thread-safe. */
public final class McpServers implements AutoCloseable {

    private final List<McpServer> servers;

    private McpServers(List<McpServer> servers) {
        this.servers = List.copyOf(servers);
    }

    /**
     * Those of the settings, none of them connected yet.
     *
     * @param resolve looks up what is left in a secret for Camel: vaults
     */
    public static McpServers of(List<McpSettings> settings, UnaryOperator<String> resolve, McpObserver observer) {
        SdkTransports transports = new SdkTransports(resolve);
        return new McpServers(settings.stream()
                .map(each -> new McpServer(each, new SdkConnector(each, transports), observer))
                .toList());
    }

    /** Begins to connect to all of them, and waits for none. */
    public void start() {
        servers.forEach(McpServer::start);
    }

    /** They as sources of tools. */
    public List<ToolSource> sources() {
        return List.copyOf(servers);
    }

    public List<McpServer> all() {
        return servers;
    }

    /** The server of that name, which there has to be. */
    public McpServer named(String name) {
        return servers.stream()
                .filter(server -> server.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no MCP server " + name));
    }

    @Override
    public void close() {
        servers.forEach(McpServer::close);
    }
}
