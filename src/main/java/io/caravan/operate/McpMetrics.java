package io.caravan.operate;

import io.caravan.mcp.McpObserver;
import io.caravan.mcp.McpServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** The figures of MCP servers and of the calls of their tools, under OpenTelemetry's names where there is one. */
public final class McpMetrics implements McpObserver {

    private final MeterRegistry registry;

    public McpMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void called(String server, String tool, Duration time, Optional<String> error) {
        Timer.builder("mcp.client.operation.duration")
                .description("Calls of tools of MCP servers")
                .tags(Tags.of(
                        "mcp.method.name",
                        "tools/call",
                        "mcp.server",
                        server,
                        "gen_ai.tool.name",
                        tool,
                        "error.type",
                        error.orElse("none")))
                .register(registry)
                .record(time);
    }

    /** Whether a server is there, and how many tools it has. */
    public void server(McpServer server) {
        gauge(
                "mcp.server.up",
                "1 while the server can be used",
                server,
                () -> server.state().up() ? 1 : 0);
        gauge(
                "mcp.server.tools",
                "Tools of the server that are offered",
                server,
                () -> server.tools().size());
    }

    private void gauge(String name, String what, McpServer server, Supplier<Number> value) {
        Gauge.builder("caravan." + name, value)
                .description(what)
                .tag("mcp.server", server.name())
                .strongReference(true)
                .register(registry);
    }
}
