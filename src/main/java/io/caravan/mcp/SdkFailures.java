package io.caravan.mcp;

import io.caravan.llm.Unreachable;
import io.caravan.mcp.McpException.Kind;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpTransportException;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the exceptions of the SDK mean.
 *
 * @param where the server, as far as it is to be told
 */
record SdkFailures(String server, String where) {

    McpException of(Throwable thrown) {
        Optional<McpException> ours = find(thrown, McpException.class);
        if (ours.isPresent()) {
            return ours.get();
        }
        Optional<String> unreachable = Unreachable.why(thrown, where);
        if (unreachable.isPresent()) {
            return new McpException(Kind.NOT_SENT, server + " cannot be reached: " + unreachable.get(), thrown);
        }
        if (find(thrown, HttpConnectTimeoutException.class).isPresent()) {
            return new McpException(Kind.NOT_SENT, server + " did not accept a connection at " + where, thrown);
        }
        if (find(thrown, McpTransportSessionNotFoundException.class).isPresent()) {
            return new McpException(Kind.SESSION_LOST, server + " has forgotten the session", thrown);
        }
        Optional<McpHttpClientTransportAuthorizationException> closed =
                find(thrown, McpHttpClientTransportAuthorizationException.class);
        if (closed.isPresent()) {
            return new McpException(
                    Kind.UNAUTHORIZED,
                    server + " does not let us in: status "
                            + closed.get().getResponseInfo().statusCode(),
                    thrown);
        }
        if (find(thrown, McpTransportException.class).isPresent()) {
            return new McpException(Kind.GARBLED, server + " did not answer in MCP: " + brief(thrown), thrown);
        }
        Kind kind = find(thrown, IOException.class).isPresent() ? Kind.UNANSWERED : Kind.GARBLED;
        return new McpException(kind, server + " gave no answer: " + brief(thrown), thrown);
    }

    /** Without what the server wrote, which the SDK puts into its messages. */
    private static String brief(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        String line = message.lines().findFirst().orElse("").replaceAll("response-event:.*|ResponseEvent.*", "");
        return line.length() <= 200 ? line : line.substring(0, 200) + "...";
    }

    private static <T extends Throwable> Optional<T> find(@Nullable Throwable thrown, Class<T> type) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth++ < 20; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
