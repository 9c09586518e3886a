package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The JSON Schema of a tool's arguments in the form that all model servers take: an object with its properties at the top,
 * no alternatives beside them, and no reference to anything outside.
 */
public final class ToolSchema {

    private static final Set<String> WITHOUT_MEANING = Set.of("$schema", "$id", "$comment");
    private static final Set<String> ALTERNATIVES = Set.of("anyOf", "oneOf");
    private static final Set<String> NEVER_AT_THE_TOP = Set.of("not", "enum", "const");

    private ToolSchema() {}

    /**
     * The schema with what it refers to inside it written out wherever that is used.
     *
     * @param dropped takes the keywords that are left out
     */
    public static ObjectNode withoutReferences(JsonNode schema, Consumer<String> dropped) {
        return atTheTop(new SchemaReferences(schema, dropped).inlined(), dropped);
    }

    /** The same, but a schema that contains itself, or grows too large so, keeps its references. */
    public static ObjectNode withFewReferences(JsonNode schema, Consumer<String> dropped) {
        Set<String> lost = new LinkedHashSet<>();
        SchemaReferences references = new SchemaReferences(schema, lost::add);
        JsonNode inlined = references.inlined();
        if (references.wasCut()) {
            return atTheTop(withoutForeign(references.withoutReferenceAtTheTop(), dropped), dropped);
        }
        lost.forEach(dropped);
        return atTheTop(inlined, dropped);
    }

    private static JsonNode withoutForeign(JsonNode schema, Consumer<String> dropped) {
        if (!schema.isObject()) {
            return schema;
        }
        ObjectNode kept = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            boolean foreign = field.getKey().equals("$ref")
                    && field.getValue().isTextual()
                    && !field.getValue().textValue().startsWith("#");
            if (foreign) {
                dropped.accept("$ref");
            } else {
                kept.set(
                        field.getKey(),
                        Subschemas.replaced(field.getKey(), field.getValue(), each -> withoutForeign(each, dropped)));
            }
        }
        return kept;
    }

    private static ObjectNode atTheTop(JsonNode schema, Consumer<String> dropped) {
        ObjectNode top = JsonNodeFactory.instance.objectNode();
        top.put("type", "object");
        ObjectNode properties = top.putObject("properties");
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            String keyword = field.getKey();
            if (ALTERNATIVES.contains(keyword) || keyword.equals("allOf")) {
                dropped.accept(keyword);
                field.getValue().forEach(part -> adopt(part, properties));
            } else if (NEVER_AT_THE_TOP.contains(keyword)) {
                dropped.accept(keyword);
            } else if (keyword.equals("properties")) {
                properties.setAll(objectOr(field.getValue(), properties));
            } else if (!keyword.equals("type") && !WITHOUT_MEANING.contains(keyword)) {
                top.set(keyword, field.getValue());
            }
        }
        require(top, schema.path("allOf"));
        return top;
    }

    /** The properties of a part, where the whole does not say what they are. */
    private static void adopt(JsonNode part, ObjectNode properties) {
        for (Map.Entry<String, JsonNode> property : part.path("properties").properties()) {
            properties.putIfAbsent(property.getKey(), property.getValue());
        }
    }

    /** What every part requires is required; what an alternative requires is not. */
    private static void require(ObjectNode top, JsonNode parts) {
        Set<String> required = new LinkedHashSet<>();
        top.path("required").forEach(name -> required.add(name.asText()));
        parts.forEach(part -> part.path("required").forEach(name -> required.add(name.asText())));
        if (required.isEmpty()) {
            top.remove("required");
        } else {
            ArrayNode names = top.putArray("required");
            required.forEach(names::add);
        }
    }

    private static ObjectNode objectOr(JsonNode value, ObjectNode otherwise) {
        return value instanceof ObjectNode object ? object : otherwise;
    }
}
