package io.caravan.mcp;

import io.caravan.limit.Deadlines;
import io.caravan.settings.McpSettings;
import io.caravan.tool.ToolSource;
import java.util.List;
import java.util.function.Function;
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
     * @param http how requests go out to a server of that name
     * @param resolve looks up what is left in a secret for Camel: vaults
     */
    public static McpServers of(
            List<McpSettings> settings,
            Function<String, McpHttp> http,
            Deadlines deadlines,
            UnaryOperator<String> resolve,
            McpObserver observer) {
        SdkTransports transports = new SdkTransports(resolve);
        return new McpServers(settings.stream()
                .map(each -> new McpServer(each, connector(each, http, deadlines, transports), observer))
                .toList());
    }

    private static McpConnector connector(
            McpSettings server, Function<String, McpHttp> http, Deadlines deadlines, SdkTransports transports) {
        return server.place() instanceof McpSettings.Remote remote
                ? new HttpConnector(server, remote, transports, http.apply(server.name()), deadlines)
                : new ProgramConnector(server, (McpSettings.Program) server.place(), transports);
    }

    /** Begins to connect to all of them, and waits for none. */
    public void start() {
        servers.forEach(McpServer::start);
    }

    /** Whether all of them have been tried, in vain or not. */
    public boolean known() {
        return servers.stream().allMatch(McpServer::known);
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
        servers.forEach(McpServer::awaitEnd);
    }
}
