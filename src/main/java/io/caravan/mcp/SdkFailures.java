package io.caravan.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.caravan.llm.Unreachable;
import io.caravan.mcp.McpException.Kind;
import io.modelcontextprotocol.client.transport.McpHttpClientTransportAuthorizationException;
import io.modelcontextprotocol.spec.McpTransportException;
import io.modelcontextprotocol.spec.McpTransportSessionNotFoundException;
import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the exceptions of the SDK mean.
 *
 * @param where the server, as far as it is to be told
 */
record SdkFailures(String server, String where) {

    private static final Pattern STATUS = Pattern.compile("[Ss]tatus code:? ?(\\d{3})");
    private static final Pattern TYPE = Pattern.compile("media type returned: *([A-Za-z0-9.+/-]+)");

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
        if (find(thrown, McpTransportSessionNotFoundException.class).isPresent()
                || find(thrown, WatchedHttpClient.SessionForgotten.class).isPresent()) {
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
        Optional<Throwable> unstarted = find(
                thrown,
                Throwable.class,
                cause -> String.valueOf(cause.getMessage()).startsWith("Cannot run program"));
        if (unstarted.isPresent()) {
            return new McpException(
                    Kind.NOT_SENT,
                    server + " cannot be started: " + unstarted.get().getMessage(),
                    thrown);
        }
        Optional<String> instead = instead(thrown);
        if (instead.isPresent()) {
            return new McpException(Kind.GARBLED, server + " did not answer in MCP, but with " + instead.get(), thrown);
        }
        if (thrown.getCause() instanceof TimeoutException) {
            return new McpException(Kind.TIMED_OUT, server + " did not begin to speak in time", thrown);
        }
        String why = find(thrown, IOException.class)
                .map(e -> String.valueOf(e.getMessage()))
                .orElse(thrown.getClass().getSimpleName());
        return new McpException(Kind.UNANSWERED, server + " gave no answer: " + why, thrown);
    }

    /** What came in place of an answer; not what the server wrote, which the SDK puts into its messages. */
    private static Optional<String> instead(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        if (isTooLong(thrown)) {
            return Optional.of("more than " + McpJson.LARGEST_MESSAGE + " bytes");
        }
        if (find(thrown, JsonProcessingException.class).isPresent()) {
            return Optional.of("no JSON");
        }
        Matcher status = STATUS.matcher(message);
        if (status.find()) {
            return Optional.of("status " + status.group(1));
        }
        Matcher type = TYPE.matcher(message);
        if (type.find()) {
            return Optional.of(type.group(1));
        }
        return find(thrown, McpTransportException.class).map(e -> "something else");
    }

    /** The SDK's word for it is not public. */
    private static boolean isTooLong(Throwable thrown) {
        return find(
                        thrown,
                        Throwable.class,
                        cause -> cause.getClass().getSimpleName().equals("MaxSizeExceededException"))
                .isPresent();
    }

    private static <T extends Throwable> Optional<T> find(@Nullable Throwable thrown, Class<T> type) {
        return find(thrown, type, type::isInstance);
    }

    private static <T extends Throwable> Optional<T> find(
            @Nullable Throwable thrown, Class<T> type, Predicate<Throwable> wanted) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth++ < 20; cause = cause.getCause()) {
            if (wanted.test(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
