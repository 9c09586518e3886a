package io.caravan.mcp;

import java.time.Duration;
import java.util.Optional;

/** Learns of each call of a tool: for metrics. Never of arguments or results. */
public interface McpObserver {

    /**
     * A call is over.
     *
     * @param tool as the server calls it
     * @param error what kind of failure it was; {@code tool_error} where the tool itself says so
     */
    void called(String server, String tool, Duration time, Optional<String> error);
}
