package io.caravan.mcp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.failure.StreamException;
import io.caravan.mcp.McpException.Kind;
import io.caravan.stream.SseEvents;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** One request of revision 2026-07-28 over HTTP and its answer: a JSON document, or a stream of events that holds it. */
final class HttpExchange {

    private final String server;
    private final McpHttp http;

    HttpExchange(String server, McpHttp http) {
        this.server = server;
        this.http = http;
    }

    /**
     * Sends a request and reads its result.
     *
     * @param paramHeaders for arguments that are wanted in headers too
     * @param notified what the server says beside it
     */
    JsonNode send(
            String id,
            String method,
            ObjectNode params,
            Map<String, String> paramHeaders,
            Abort abort,
            Consumer<JsonNode> notified)
            throws McpException {
        try (McpHttp.Reply reply = http.post(headers(method, params, paramHeaders), body(id, method, params), abort)) {
            boolean events = reply.contentType().toLowerCase(Locale.ROOT).startsWith("text/event-stream");
            return events && reply.status() < 300 ? streamed(reply, id, notified) : whole(reply, id);
        } catch (IOException | StreamException e) {
            throw abort.reason()
                    .orElseGet(() ->
                            new McpException(Kind.UNANSWERED, server + " broke its answer off: " + e.getMessage(), e));
        } catch (McpException e) {
            throw abort.reason().orElse(e);
        }
    }

    private static Map<String, String> headers(String method, ObjectNode params, Map<String, String> paramHeaders) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json, text/event-stream");
        headers.put("MCP-Protocol-Version", Stateless.REVISION);
        headers.put("Mcp-Method", method);
        if (params.path("name").isTextual()) {
            headers.put("Mcp-Name", ParamHeaders.encoded(params.path("name").textValue()));
        }
        headers.putAll(paramHeaders);
        return headers;
    }

    private static byte[] body(String id, String method, ObjectNode params) {
        ObjectNode message =
                McpJson.object().put("jsonrpc", "2.0").put("id", id).put("method", method);
        message.set("params", params);
        try {
            return McpJson.MAPPER.writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode streamed(McpHttp.Reply reply, String id, Consumer<JsonNode> notified)
            throws IOException, McpException {
        SseEvents events = new SseEvents(reply.body(), McpJson.LARGEST_MESSAGE);
        while (events.next()) {
            if (events.isRaw()) {
                throw garbled("a page in place of events");
            }
            if (events.length() == 0) {
                continue;
            }
            JsonNode message = parsed(events.copy());
            if (message.has("method")) {
                notified.accept(message);
            } else if (message.path("id").asText().equals(id)) {
                return result(message);
            }
        }
        throw new McpException(Kind.UNANSWERED, server + " ended its stream without an answer");
    }

    private JsonNode whole(McpHttp.Reply reply, String id) throws IOException, McpException {
        byte[] body = reply.body().readNBytes(McpJson.LARGEST_MESSAGE + 1);
        if (body.length > McpJson.LARGEST_MESSAGE) {
            throw garbled("more than " + McpJson.LARGEST_MESSAGE + " bytes");
        }
        if (reply.status() == 401 || reply.status() == 403) {
            throw new McpException(Kind.UNAUTHORIZED, server + " does not let us in: status " + reply.status());
        }
        if (!reply.contentType().toLowerCase(Locale.ROOT).contains("json")) {
            throw reply.status() >= 500
                    ? new McpException(Kind.UNANSWERED, server + " failed with status " + reply.status())
                    : garbled("status " + reply.status() + " and "
                            + (reply.contentType().isEmpty() ? "no content type" : reply.contentType()));
        }
        JsonNode message = parsed(body);
        if (!message.has("error") && reply.status() >= 400) {
            throw garbled("status " + reply.status());
        }
        if (!message.has("error") && !message.path("id").asText().equals(id)) {
            throw garbled("the answer to another request");
        }
        return result(message);
    }

    private JsonNode result(JsonNode message) throws McpException {
        if (message.has("error")) {
            throw McpError.of(message.get("error")).refusedBy(server);
        }
        if (!message.path("result").isObject()) {
            throw garbled("no result");
        }
        return message.get("result");
    }

    private JsonNode parsed(byte[] json) throws McpException {
        try {
            return McpJson.MAPPER.readTree(json);
        } catch (IOException e) {
            throw garbled("no JSON");
        }
    }

    private McpException garbled(String what) {
        return new McpException(Kind.GARBLED, server + " did not answer in MCP, but with " + what);
    }
}
