package io.caravan.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;

/**
 * A JSON-RPC message of a client.
 *
 * @param id absent in a notification
 * @param method empty in an answer to a request, of which Caravan sends none
 * @param params an empty object if there are none
 */
public record McpMessage(Optional<JsonNode> id, String method, ObjectNode params) {

    private static final Set<String> METHODS = Set.of(
            "initialize",
            "notifications/initialized",
            "notifications/cancelled",
            "ping",
            "server/discover",
            "tools/list",
            "tools/call");

    /** @throws Refusal if it is none */
    static McpMessage of(JsonNode json) {
        if (!json.isObject() || !json.path("jsonrpc").asText().equals("2.0")) {
            throw Refusal.invalidRequest("A message is a JSON object with \"jsonrpc\": \"2.0\"");
        }
        JsonNode params = json.path("params");
        if (!params.isMissingNode() && !params.isObject()) {
            throw Refusal.invalidRequest("params is a JSON object");
        }
        ObjectNode named = params instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
        if (json.has("result") || json.has("error")) {
            return new McpMessage(Optional.empty(), "", named);
        }
        if (!json.path("method").isTextual()) {
            throw Refusal.invalidRequest("method is missing");
        }
        if (json.has("id") && !json.path("id").isTextual() && !json.path("id").isIntegralNumber()) {
            throw Refusal.invalidRequest("id is a string or an integer");
        }
        return new McpMessage(
                json.has("id") ? Optional.of(json.path("id")) : Optional.empty(),
                json.path("method").asText(),
                named);
    }

    boolean isRequest() {
        return id.isPresent();
    }

    /** Whether it asks to run a tool. */
    public boolean callsATool() {
        return isRequest() && method.equals("tools/call");
    }

    /** Its method, as it may be counted: what nobody knows has one name. */
    public String operation() {
        return METHODS.contains(method) ? method : "_OTHER";
    }

    /** What its id is in a JSON text, also where it was not read. */
    static JsonNode idOf(JsonNode json) {
        JsonNode id = json.path("id");
        return id.isTextual() || id.isIntegralNumber() ? id : JsonNodeFactory.instance.nullNode();
    }
}
