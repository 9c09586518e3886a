package io.caravan.camel.tool;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.camel.reload.OptionException;
import io.caravan.tool.ArgumentSchema;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolDefinition.Effects;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the options of {@code from: tool:NAME} say about the tool. */
record ToolOptions(Optional<ToolDefinition> definition) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");
    private static final int LONGEST_DESCRIPTION = 4096;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Whether a tool may be called so: every wire format takes the name as it is. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * Takes the options out of those of the endpoint; without any, it is not one that a tool reads from.
     *
     * @throws OptionException if one makes no sense
     */
    static ToolOptions of(String name, Map<String, Object> options) {
        if (options.isEmpty()) {
            return new ToolOptions(Optional.empty());
        }
        String description = take(options, "description").strip();
        if (description.isEmpty()) {
            throw new OptionException("tool:" + name, missingDescription(name));
        }
        if (description.length() > LONGEST_DESCRIPTION) {
            throw new OptionException(
                    "description",
                    "`description` is longer than " + LONGEST_DESCRIPTION
                            + " characters, which each chat would have to pay for");
        }
        return new ToolOptions(Optional.of(new ToolDefinition(
                name,
                take(options, "title").strip(),
                description,
                schema(options, "parameters").orElseGet(ToolOptions::noParameters),
                schema(options, "output"),
                new Effects(flag(options, "readOnly"), flag(options, "idempotent")))));
    }

    static String missingDescription(String name) {
        return "the tool `" + name + "` has no `description`: by it a model decides when to call the tool";
    }

    private static Optional<JsonNode> schema(Map<String, Object> options, String option) {
        String text = take(options, option);
        if (text.isBlank()) {
            return Optional.empty();
        }
        JsonNode schema = json(option, text);
        if (schema instanceof ObjectNode object && !object.has("type")) {
            object.put("type", "object");
        }
        try {
            ArgumentSchema.of(schema);
        } catch (IllegalArgumentException e) {
            throw new OptionException(option, "`" + option + "` " + e.getMessage());
        }
        return Optional.of(schema);
    }

    private static JsonNode noParameters() {
        ObjectNode none = JSON.createObjectNode().put("type", "object");
        none.putObject("properties");
        return none;
    }

    private static boolean flag(Map<String, Object> options, String option) {
        String text = take(options, option).strip();
        if (!text.isEmpty() && !text.equals("true") && !text.equals("false")) {
            throw new OptionException(option, "`" + option + "` is true or false");
        }
        return text.equals("true");
    }

    private static JsonNode json(String option, String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new OptionException(option, "`" + option + "` is neither plain YAML nor JSON that can be read");
        }
    }

    /** The text of an option, which a route file gives as a JSON string so that a URI can carry it. */
    private static String take(Map<String, Object> options, String option) {
        Object value = options.remove(option);
        String text = value == null ? "" : value.toString();
        return text.startsWith("\"") ? json(option, text).asText() : text;
    }
}
