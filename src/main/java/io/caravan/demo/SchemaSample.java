package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A value that fits a JSON Schema of the simple kind, taken from a text where the text has one. */
final class SchemaSample {

    private static final Pattern PLACE = Pattern.compile("\\b(?:in|for|at|of|to)\\s+(\\p{Lu}[\\p{L}/_-]*)");
    private static final Pattern NUMBERED =
            Pattern.compile("\\b(?:order|number|invoice|ticket|no\\.)\\s+#?([\\w-]*\\d[\\w-]*)");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,9}");

    private SchemaSample() {}

    /** An object, whatever the schema. */
    static ObjectNode of(JsonNode schema, String text) {
        ObjectNode sample = Json.object();
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            sample.set(field.getKey(), value(field.getValue(), text));
        }
        return sample;
    }

    private static JsonNode value(JsonNode schema, String text) {
        if (schema.path("enum").size() > 0) {
            return schema.path("enum").get(0);
        }
        return switch (schema.path("type").asText("string")) {
            case "object" -> of(schema, text);
            case "array" -> Json.MAPPER.createArrayNode().add(value(schema.path("items"), text));
            case "integer", "number" -> IntNode.valueOf(number(text));
            case "boolean" -> BooleanNode.TRUE;
            case "null" -> NullNode.instance;
            default -> TextNode.valueOf(name(text));
        };
    }

    private static int number(String text) {
        Matcher number = NUMBER.matcher(text);
        return number.find() ? Integer.parseInt(number.group()) : 1;
    }

    private static String name(String text) {
        return Stream.of(PLACE, NUMBERED)
                .map(pattern -> pattern.matcher(text))
                .filter(Matcher::find)
                .findFirst()
                .map(found -> found.group(1))
                .orElse(text);
    }
}
