package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Where in a JSON Schema there are further ones. Everything else in it is data, which may look like a schema and is none. */
public final class Subschemas {

    private static final Set<String> BY_NAME =
            Set.of("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies");
    private static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf", "prefixItems");
    private static final Set<String> SINGLE = Set.of(
            "items",
            "additionalItems",
            "unevaluatedItems",
            "contains",
            "additionalProperties",
            "unevaluatedProperties",
            "propertyNames",
            "not",
            "if",
            "then",
            "else",
            "contentSchema");

    private Subschemas() {}

    /** What stands under {@code keyword}, with each schema directly in it replaced. */
    public static JsonNode replaced(String keyword, JsonNode value, UnaryOperator<JsonNode> by) {
        if (BY_NAME.contains(keyword) && value.isObject()) {
            return inEachField(value, by);
        }
        if (LISTS.contains(keyword) || (keyword.equals("items") && value.isArray())) {
            return inEachElement(value, by);
        }
        return SINGLE.contains(keyword) ? by.apply(value) : value;
    }

    private static JsonNode inEachField(JsonNode value, UnaryOperator<JsonNode> by) {
        ObjectNode replaced = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            replaced.set(field.getKey(), by.apply(field.getValue()));
        }
        return replaced;
    }

    private static JsonNode inEachElement(JsonNode value, UnaryOperator<JsonNode> by) {
        ArrayNode replaced = JsonNodeFactory.instance.arrayNode();
        value.forEach(element -> replaced.add(by.apply(element)));
        return replaced;
    }
}
