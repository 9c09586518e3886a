package io.caravan.dialect.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.dialect.Subschemas;
import io.caravan.dialect.ToolSchema;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A JSON Schema with no keyword but those that Ollama reads: it drops all others without a word, and refuses a request for
 * some. What can be said in its words is.
 */
final class OllamaSchema {

    private static final Set<String> KNOWN =
            Set.of("type", "anyOf", "items", "description", "enum", "properties", "required");
    private static final Set<String> FOR_PEOPLE = Set.of("title", "examples", "$schema", "$id", "$comment");

    private final Consumer<String> dropped;

    private OllamaSchema(Consumer<String> dropped) {
        this.dropped = dropped;
    }

    /** @param dropped takes the keywords that are left out */
    static JsonNode of(JsonNode schema, Consumer<String> dropped) {
        return new OllamaSchema(dropped).fitted(ToolSchema.withoutReferences(schema, dropped));
    }

    private JsonNode fitted(JsonNode schema) {
        ObjectNode fitted = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            field(field.getKey(), field.getValue(), fitted);
        }
        return fitted;
    }

    private void field(String keyword, JsonNode value, ObjectNode fitted) {
        if (keyword.equals("const") && !fitted.has("enum")) {
            fitted.putArray("enum").add(value);
        } else if (keyword.equals("oneOf") && value.isArray() && !fitted.has("anyOf")) {
            fitted.set("anyOf", Subschemas.replaced(keyword, value, this::fitted));
        } else if (keyword.equals("allOf") && value.size() == 1) {
            fitted(value.get(0)).properties().forEach(field -> fitted.putIfAbsent(field.getKey(), field.getValue()));
        } else if (KNOWN.contains(keyword) && isReadable(keyword, value)) {
            fitted.set(keyword, Subschemas.replaced(keyword, value, this::fitted));
        } else if (!FOR_PEOPLE.contains(keyword)) {
            dropped.accept(keyword);
        }
    }

    /** Of another kind the value is refused with status 400. */
    private static boolean isReadable(String keyword, JsonNode value) {
        return switch (keyword) {
            case "description" -> value.isTextual();
            case "type" -> value.isTextual() || isListOfTexts(value);
            case "required" -> isListOfTexts(value);
            case "enum", "anyOf" -> value instanceof ArrayNode;
            case "properties" -> value.isObject();
            default -> true;
        };
    }

    private static boolean isListOfTexts(JsonNode value) {
        for (JsonNode element : value) {
            if (!element.isTextual()) {
                return false;
            }
        }
        return value.isArray();
    }
}
