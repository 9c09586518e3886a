package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.tool.ToolDefinition;
import java.util.Optional;

/** Reads one tool of a server's list. */
final class ToolReader {

    private ToolReader() {}

    /** None where it is no tool, or one that runs only as a task, which Caravan does not do. */
    static Optional<ToolDefinition> read(JsonNode json) {
        String name = json.path("name").asText();
        if (name.isBlank()
                || json.path("execution").path("taskSupport").asText().equals("required")) {
            return Optional.empty();
        }
        JsonNode annotations = json.path("annotations");
        String title = json.path("title").asText(annotations.path("title").asText());
        return Optional.of(new ToolDefinition(
                name,
                title,
                json.path("description").asText(),
                schema(json.path("inputSchema")),
                Optional.of(json.path("outputSchema")).filter(JsonNode::isObject),
                new ToolDefinition.Effects(
                        annotations.path("readOnlyHint").asBoolean(),
                        annotations.path("idempotentHint").asBoolean())));
    }

    /** An object of the type object, whatever the server says. */
    private static ObjectNode schema(JsonNode json) {
        ObjectNode schema = json instanceof ObjectNode object ? object.deepCopy() : McpJson.object();
        schema.put("type", "object");
        if (!schema.path("properties").isObject()) {
            schema.putObject("properties");
        }
        return schema;
    }
}
