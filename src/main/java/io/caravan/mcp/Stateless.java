package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.mcp.McpException.Kind;
import java.util.Map;

/** What is special about the messages of revision 2026-07-28, on whatever way they go. */
final class Stateless {

    static final String REVISION = "2026-07-28";
    static final String DISCOVER = "server/discover";
    static final String LISTEN = "subscriptions/listen";

    private static final String PREFIX = "io.modelcontextprotocol/";
    private static final int MOST_ROUNDS = 5;

    private Stateless() {}

    /** One way of asking. */
    interface Exchange {
        JsonNode send(ObjectNode params) throws McpException;
    }

    /** The parameters with what each request says of the client. */
    static ObjectNode described(ObjectNode params) {
        ObjectNode described = params.deepCopy();
        ObjectNode meta = described.withObject("/_meta");
        meta.put(PREFIX + "protocolVersion", REVISION);
        meta.putObject(PREFIX + "clientCapabilities");
        meta.set(PREFIX + "clientInfo", McpClientInfo.json());
        return described;
    }

    /** What to send to hear of changes of the tools. */
    static ObjectNode interest() {
        ObjectNode params = McpJson.object();
        params.putObject("notifications").put("toolsListChanged", true);
        return params;
    }

    /**
     * Asks until the result is complete. A server that only wants to be asked again, with a state of its own, is; one that
     * wants to ask a person is told that the person declines.
     */
    static JsonNode complete(String server, ObjectNode params, Exchange exchange) throws McpException {
        ObjectNode next = described(params);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            JsonNode result = exchange.send(next);
            switch (result.path("resultType").asText("complete")) {
                case "complete" -> {
                    return result;
                }
                case "input_required" -> {
                    next = described(params);
                    if (!result.path("inputRequests").isEmpty()) {
                        next.set("inputResponses", declined(server, result.path("inputRequests")));
                    }
                    if (result.has("requestState")) {
                        next.set("requestState", result.get("requestState"));
                    }
                }
                default ->
                    throw new McpException(
                            Kind.GARBLED,
                            server + " gave a result of the unknown type "
                                    + result.path("resultType").asText());
            }
        }
        throw new McpException(Kind.REFUSED, server + " wants to be asked again and again");
    }

    /** There is nobody to ask, and no folder to show. */
    private static ObjectNode declined(String server, JsonNode requests) throws McpException {
        ObjectNode responses = McpJson.object();
        for (Map.Entry<String, JsonNode> request : requests.properties()) {
            switch (request.getValue().path("method").asText()) {
                case "elicitation/create" ->
                    responses.putObject(request.getKey()).put("action", "decline");
                case "roots/list" -> responses.putObject(request.getKey()).putArray("roots");
                default ->
                    throw new McpException(
                            Kind.REFUSED,
                            server + " wants input that Caravan does not give: "
                                    + request.getValue().path("method").asText());
            }
        }
        return responses;
    }

    /** Whether the answer to {@link #DISCOVER} says that the server speaks the revision. */
    static boolean spokenBy(JsonNode discovered) {
        for (JsonNode version : discovered.path("supportedVersions")) {
            if (version.asText().equals(REVISION)) {
                return true;
            }
        }
        return false;
    }
}
