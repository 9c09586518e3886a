package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The error object of JSON-RPC.
 *
 * @param data may be missing
 */
record McpError(int code, String message, JsonNode data) {

    /** A header does not fit the body. */
    static final int HEADER_MISMATCH = -32020;
    /** The client lacks a capability that is needed. */
    static final int MISSING_CAPABILITY = -32021;

    /** The revision is not spoken; the data say which are. */
    static final int UNSUPPORTED_VERSION = -32022;

    static McpError of(JsonNode error) {
        return new McpError(error.path("code").asInt(), error.path("message").asText(), error.path("data"));
    }

    /** Whether it says that our revision is not spoken, and that it is. */
    boolean contradictsItself() {
        if (code == UNSUPPORTED_VERSION) {
            for (JsonNode version : data.path("supported")) {
                if (version.asText().equals(Stateless.REVISION)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** As an exception that names the server. */
    McpException refusedBy(String server) {
        return new McpException(this, server + " answered with error " + code + ": " + message);
    }
}
