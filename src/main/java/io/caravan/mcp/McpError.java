package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;

/** The error object of JSON-RPC. */
record McpError(int code, String message) {

    /** A header does not fit the body. */
    static final int HEADER_MISMATCH = -32020;
    /** The client lacks a capability that is needed. */
    static final int MISSING_CAPABILITY = -32021;

    static McpError of(JsonNode error) {
        return new McpError(error.path("code").asInt(), error.path("message").asText());
    }

    /** As an exception that names the server. */
    McpException refusedBy(String server) {
        return new McpException(this, server + " answered with error " + code + ": " + message);
    }
}
