package io.caravan.tool;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where tools come from: an MCP server, or the routes. Thread-safe. */
public interface ToolSource {

    /** What it is called in the settings, logs and metrics. */
    String name();

    /** What the names of its tools begin with, in front of {@code __}; empty if they have nothing in front. */
    default String prefix() {
        return name();
    }

    /**
     * The tools it offers now, by what is known: never waits for anybody. The same list object as long as nothing has
     * changed; empty while the source is away.
     */
    List<ToolDefinition> tools();

    /** How long one call may take; absent: as long as {@code caravan.tools.timeout} says. */
    default Optional<Duration> timeout() {
        return Optional.empty();
    }

    /** The Camel endpoint that runs a call of one of them; its body is a {@link ToolRun}, then a {@link ToolOutcome}. */
    String endpoint(ToolDefinition tool);
}
