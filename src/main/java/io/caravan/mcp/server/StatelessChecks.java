package io.caravan.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** What each request without a handshake has to say, and to say the same way in its headers and in its body. */
final class StatelessChecks {

    private static final String META_VERSION = "io.modelcontextprotocol/protocolVersion";
    private static final String META_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";

    private StatelessChecks() {}

    /** Whether a body is of a client without a handshake, whatever its headers say. */
    static boolean concern(JsonNode body) {
        return body.at("/params/_meta").has(META_VERSION);
    }

    /** @throws Refusal if something is missing, or does not go together */
    static void check(McpMessage message, McpHeaders headers) {
        Optional<String> version = headers.value(McpHeaders.VERSION);
        if (version.isEmpty()) {
            throw Refusal.headerMismatch("The header " + McpHeaders.VERSION + " is missing");
        }
        if (!message.isRequest()) {
            return;
        }
        same(McpHeaders.METHOD, headers.value(McpHeaders.METHOD), message.method());
        if (message.method().equals("tools/call")) {
            same(
                    McpHeaders.NAME,
                    headers.decoded(McpHeaders.NAME),
                    message.params().path("name").asText());
        }
        JsonNode meta = message.params().path("_meta");
        if (!meta.isObject() && !version.get().equals(Era.STATELESS)) {
            throw Refusal.unsupportedVersion(version.get());
        }
        for (String field : new String[] {META_VERSION, META_CAPABILITIES}) {
            if (!meta.has(field)) {
                throw Refusal.invalidParams("params._meta has no " + field);
            }
        }
        same(McpHeaders.VERSION, version, meta.path(META_VERSION).asText());
        if (!version.get().equals(Era.STATELESS)) {
            throw Refusal.unsupportedVersion(version.get());
        }
    }

    /** @throws Refusal if an argument that the tool wants in a header too is not there, or is another one */
    static void checkParameters(JsonNode inputSchema, JsonNode arguments, McpHeaders headers) {
        for (Map.Entry<String, JsonNode> property :
                inputSchema.path("properties").properties()) {
            JsonNode mark = property.getValue().path("x-mcp-header");
            JsonNode argument = arguments.path(property.getKey());
            if (mark.isTextual() && argument.isValueNode() && !argument.isNull()) {
                String name = McpHeaders.PARAMETER + mark.asText();
                same(name, headers.decoded(name), argument.asText());
            }
        }
    }

    private static void same(String name, Optional<String> header, String body) {
        if (header.isEmpty()) {
            throw Refusal.headerMismatch("The header " + name + " is missing");
        }
        if (!header.get().equals(body)) {
            throw Refusal.headerMismatch("The header " + name + " does not say what the body says");
        }
    }
}
