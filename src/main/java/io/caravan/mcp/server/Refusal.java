package io.caravan.mcp.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A request cannot be answered; carries what the client is told. */
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final int code;
    private final transient ObjectNode data;

    private Refusal(int status, int code, String message, ObjectNode data) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.data = data;
    }

    static Refusal notJson() {
        return of(400, -32700, "The body is not JSON");
    }

    static Refusal invalidRequest(String why) {
        return of(400, -32600, why);
    }

    static Refusal unknownMethod(String method) {
        return of(404, -32601, "There is no method " + method + " here");
    }

    static Refusal invalidParams(String why) {
        return of(400, -32602, why);
    }

    static Refusal headerMismatch(String why) {
        return of(400, -32020, why);
    }

    static Refusal unsupportedVersion(String requested) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.putArray("supported").add(Era.STATELESS);
        data.put("requested", requested);
        return new Refusal(400, -32022, "This protocol version is not supported", data);
    }

    /** The request is no fault of the client's. */
    public static Refusal internal() {
        return of(500, -32603, "Something went wrong here");
    }

    static Refusal of(int status, int code, String message) {
        return new Refusal(status, code, message, JsonNodeFactory.instance.objectNode());
    }

    /** The code of JSON-RPC. */
    public int code() {
        return code;
    }

    /** The HTTP status where the request stands alone. */
    int status() {
        return status;
    }

    ObjectNode error() {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("code", code).put("message", getMessage());
        if (!data.isEmpty()) {
            error.set("data", data);
        }
        return error;
    }
}
