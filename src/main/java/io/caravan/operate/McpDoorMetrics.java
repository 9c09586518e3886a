package io.caravan.operate;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Optional;

/** The figures of what MCP clients ask of Caravan, under OpenTelemetry's names. */
public final class McpDoorMetrics {

    private final MeterRegistry registry;

    public McpDoorMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * A message has been answered, or taken note of.
     *
     * @param method one of those that there are: a client must not make up series
     * @param tool that was called, if there is such a one
     * @param error the code of a JSON-RPC error; {@code tool_error} where it is the result of a tool that says so
     */
    public void answered(String method, Optional<String> tool, Duration time, Optional<String> error) {
        Timer.builder("mcp.server.operation.duration")
                .description("Messages of MCP clients")
                .tags(Tags.of(
                        "mcp.method.name",
                        method,
                        "gen_ai.tool.name",
                        tool.orElse("none"),
                        "error.type",
                        error.orElse("none")))
                .register(registry)
                .record(time);
    }
}
