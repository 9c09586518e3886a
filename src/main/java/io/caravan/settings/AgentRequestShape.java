package io.caravan.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The body an agent is sent: one of those that are known by name, or a JSON object to fill in. */
public sealed interface AgentRequestShape {

    /** The texts of a {@link Template} that are replaced. */
    List<String> VARIABLES =
            List.of("$prompt", "$messages", "$system", "$conversation", "$model", "$options", "$format");

    /** A body that is known by name. */
    enum Named implements AgentRequestShape {
        PLAIN,
        AG_UI,
        VERCEL
    }

    /** A JSON object in which each text that is one of {@link #VARIABLES} stands for what it names. */
    record Template(JsonNode body) implements AgentRequestShape {}

    static ValueType<AgentRequestShape> type() {
        ValueType<Named> named = ValueType.oneOf(Named.class);
        return new ValueType<>(
                named.expected() + ", or a JSON object such as {\"question\":\"$prompt\"}",
                text -> text.startsWith("{") ? template(text) : named.parse(text));
    }

    private static Template template(String text) {
        JsonNode body = parsed(text);
        List<String> variables =
                texts(body).filter(part -> part.matches("\\$[a-z]+")).toList();
        for (String variable : variables) {
            if (!VARIABLES.contains(variable)) {
                throw new Refusal("knows no " + variable + ", only " + String.join(", ", VARIABLES));
            }
        }
        if (!variables.contains("$prompt") && !variables.contains("$messages")) {
            throw new Refusal("holds neither $prompt nor $messages, so it would ask nothing");
        }
        return new Template(body);
    }

    private static JsonNode parsed(String text) {
        try {
            return new ObjectMapper()
                    .reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(text);
        } catch (JsonProcessingException e) {
            throw new Refusal("is not a JSON object: " + e.getOriginalMessage());
        }
    }

    private static Stream<String> texts(JsonNode node) {
        return node.isTextual()
                ? Stream.of(node.textValue())
                : StreamSupport.stream(node.spliterator(), false).flatMap(AgentRequestShape::texts);
    }
}
