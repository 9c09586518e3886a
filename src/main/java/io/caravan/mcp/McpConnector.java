package io.caravan.mcp;

/** How one MCP server is reached. */
interface McpConnector {

    /**
     * Connects; at once, or within the server's time.
     *
     * @param changed to be run when the server says that its tools have changed, or may be gone; it does not wait
     */
    McpConnection open(Runnable changed) throws McpException;

    /** Waits, for a short time, until what was closed has ended. */
    default void awaitEnd() throws InterruptedException {}
}
