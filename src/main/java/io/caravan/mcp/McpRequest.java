package io.caravan.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.tool.ToolRun;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

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

    /** Says what is done when nobody waits for it any more; to be closed when there is nothing left to break off. */
    Hearing whenCancelled(Consumer<McpException> action) {
        return run.<Hearing>map(call -> call.whenCancelled(() -> action.accept(McpException.cancelled(call)))::close)
                .orElse(() -> {});
    }

    /** Hears of a cancellation until it is closed. */
    interface Hearing extends AutoCloseable {
        @Override
        void close();
    }

    /** The same in less time. */
    McpRequest within(Duration left) {
        return new McpRequest(method, params, left, run);
    }
}
