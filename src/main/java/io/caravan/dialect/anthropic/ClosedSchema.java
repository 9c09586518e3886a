package io.caravan.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A JSON Schema for servers that take only objects which say that they have no further properties. What fits the closed
 * schema fits the original. Objects whose properties are told in more than one place stay open, since to close one place
 * would forbid what the other asks for: the server refuses those in its own words.
 */
final class ClosedSchema {

    private static final List<String> TOLD_ELSEWHERE = List.of(
            "additionalProperties",
            "patternProperties",
            "unevaluatedProperties",
            "allOf",
            "anyOf",
            "oneOf",
            "if",
            "$ref");
    private static final List<String> BY_NAME = List.of("properties", "$defs", "definitions");
    private static final List<String> SINGLE = List.of("items", "additionalProperties");
    private static final List<String> CHOICES = List.of("anyOf", "oneOf", "prefixItems");

    private ClosedSchema() {}

    static JsonNode of(JsonNode schema) {
        JsonNode closed = schema.deepCopy();
        close(closed);
        return closed;
    }

    private static void close(JsonNode schema) {
        if (!(schema instanceof ObjectNode object)) {
            return;
        }
        boolean hasProperties = object.path("properties").isObject();
        if (hasProperties && TOLD_ELSEWHERE.stream().noneMatch(object::has)) {
            object.put("additionalProperties", false);
        }
        BY_NAME.forEach(field -> object.path(field).forEach(ClosedSchema::close));
        SINGLE.forEach(field -> close(object.path(field)));
        if (!hasProperties) {
            CHOICES.forEach(field -> object.path(field).forEach(ClosedSchema::close));
        }
    }
}
