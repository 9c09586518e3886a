package io.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.chat.Message;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What DeepSeek and Kimi want back with their calls: what they thought before them. They refuse the results of the calls
 * without it. Other servers of the format may refuse the field, so it goes to models of these names only.
 */
final class OpenAiKept {

    private static final String FIELD = "openai";
    private static final String REASONING = "reasoning_content";
    private static final Pattern WANTS_IT_BACK = Pattern.compile("(?i).*(?:deepseek|kimi).*");

    private OpenAiKept() {}

    /** @param reasoning all that came as {@code reasoning_content} */
    static Optional<JsonNode> of(String reasoning) {
        if (reasoning.isEmpty()) {
            return Optional.empty();
        }
        JsonNode kept = JsonNodeFactory.instance.objectNode().put(REASONING, reasoning);
        return Optional.of(JsonNodeFactory.instance.objectNode().set(FIELD, kept));
    }

    /** Writes the field, where the turn has it and the model wants it. */
    static void write(JsonGenerator json, Message message, String model) throws IOException {
        String reasoning = message.kept()
                .map(kept -> kept.path(FIELD).path(REASONING).asText(""))
                .orElse("");
        if (!reasoning.isEmpty() && WANTS_IT_BACK.matcher(model).matches()) {
            json.writeStringField(REASONING, reasoning);
        }
    }
}
