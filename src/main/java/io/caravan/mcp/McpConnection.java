package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** A way to one MCP server, whatever revision it speaks. Thread-safe; requests run side by side. */
interface McpConnection extends AutoCloseable {

    /** The revision that is spoken. */
    String revision();

    /** Whether the server has tools at all. */
    boolean hasTools();

    /** Why it cannot be used any more, once that is so. */
    Optional<String> ended();

    /**
     * Asks, and waits for the result. When the time is over or the run is cancelled, the server is told so.
     *
     * @throws McpException also for an error that the server answers with
     */
    JsonNode request(McpRequest request) throws McpException;

    /** There is another in its place: it is closed as soon as the requests that are under way have ended. */
    default void retire() {
        close();
    }

    @Override
    void close();
}
