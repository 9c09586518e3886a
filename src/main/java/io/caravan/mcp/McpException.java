package io.caravan.mcp;

import io.caravan.tool.ToolRun;

/** Why an MCP server did not do what it was asked, in words for people; its {@link Kind} says what may be done about it. */
public final class McpException extends Exception {

    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final int code;
    private final boolean passing;

    public McpException(Kind kind, String message) {
        super(message);
        this.kind = kind;
        this.code = 0;
        this.passing = false;
    }

    public McpException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.code = 0;
        this.passing = false;
    }

    McpException(McpError error, String message) {
        super(message);
        this.kind = Kind.REFUSED;
        this.code = error.code();
        this.passing = error.contradictsItself();
    }

    /** Nobody waits for a call any more. */
    static McpException cancelled(ToolRun run) {
        return new McpException(
                Kind.CANCELLED, "the call was cancelled: " + run.cancelled().orElse(""));
    }

    /** Whether the same request may be taken the next time, although nothing was changed. */
    boolean passing() {
        return passing;
    }

    /** The code of the JSON-RPC error it is; 0 for all else. */
    int code() {
        return code;
    }

    /** How far the request came. */
    public Kind kind() {
        return kind;
    }

    /** What became of a request. */
    public enum Kind {
        /** It did not reach the server. */
        NOT_SENT,
        /** The server has forgotten the session, and done nothing. */
        SESSION_LOST,
        /** It was sent, and no answer came before the connection ended. */
        UNANSWERED,
        /** No answer came in time. */
        TIMED_OUT,
        /** Nobody waits for it any more. */
        CANCELLED,
        /** The server says that it will not have it. */
        REFUSED,
        /** The server does not let us in. */
        UNAUTHORIZED,
        /** What came is not MCP, or more than is read. */
        GARBLED;

        /** For metrics. */
        String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
