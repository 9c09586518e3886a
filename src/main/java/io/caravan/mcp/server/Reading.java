package io.caravan.mcp.server;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The reading of an HTTP request: of which era it is, and the messages in it. */
final class Reading {

    private static final int MOST_MESSAGES = 100;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Reading() {}

    /** What it says, or what it is refused with. */
    static McpPost of(McpHeaders headers, byte[] body) {
        Optional<String> version = headers.value(McpHeaders.VERSION);
        JsonNode json = json(body);
        if (json.isMissingNode()) {
            return McpPost.refused(Era.of(version), JsonNodeFactory.instance.nullNode(), Refusal.notJson());
        }
        Era era = StatelessChecks.concern(json) ? Era.STATELESS_REQUESTS : Era.of(version);
        try {
            List<McpMessage> messages = json.isArray() ? batch(json, version) : List.of(McpMessage.of(json));
            if (era == Era.STATELESS_REQUESTS) {
                messages.forEach(message -> StatelessChecks.check(message, headers));
            }
            String client = headers.value(McpHeaders.SESSION).orElse("");
            return new McpPost(era, client, json.isArray(), messages);
        } catch (Refusal refusal) {
            return McpPost.refused(era, McpMessage.idOf(json), refusal);
        }
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    private static List<McpMessage> batch(JsonNode json, Optional<String> version) {
        if (!Era.takesBatches(version)) {
            throw Refusal.invalidRequest("This protocol version has no batches");
        }
        if (json.isEmpty() || json.size() > MOST_MESSAGES) {
            throw Refusal.invalidRequest("A batch has 1 to " + MOST_MESSAGES + " messages");
        }
        List<McpMessage> messages = new ArrayList<>();
        json.forEach(message -> messages.add(McpMessage.of(message)));
        return messages;
    }
}
