package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;

/** The error object of JSON-RPC. */
record McpError(int code, String message, JsonNode data) {

    /** A header does not fit the body. */
    static final int HEADER_MISMATCH = -32020;
    /** The client lacks a capability that is needed. */
    static final int MISSING_CAPABILITY = -32021;
    /** The revision is not spoken. */
    static final int UNSUPPORTED_VERSION = -32022;

    /** As an exception that names the server. */
    McpException refusedBy(String server) {
        return new McpException(McpException.Kind.REFUSED, server + " answered with error " + code + ": " + message);
    }
}
