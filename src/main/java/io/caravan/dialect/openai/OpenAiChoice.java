package io.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.dialect.CallFragment;
import io.caravan.dialect.Json;
import io.caravan.dialect.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One choice in an event of an answer in OpenAI's format. What it holds is called {@code delta}, and {@code message} in
 * a whole answer. Used again for each event.
 */
final class OpenAiChoice implements Json.Reader {

    int index;
    String text = "";
    String refusal = "";
    String thinking = "";
    String reasoning = "";
    String finishReason = "";
    final List<CallFragment> calls = new ArrayList<>(1);

    @Override
    public void read(JsonParser json) throws IOException {
        clear();
        JsonValue.fields(json, this::field);
    }

    private void field(String field, JsonParser json) throws IOException {
        switch (field) {
            case "index" -> index = (int) JsonValue.count(json);
            case "delta", "message" -> JsonValue.fields(json, this::deltaField);
            case "finish_reason" -> finishReason = JsonValue.text(json);
            default -> json.skipChildren();
        }
    }

    void clear() {
        index = 0;
        text = "";
        refusal = "";
        thinking = "";
        reasoning = "";
        finishReason = "";
        calls.clear();
    }

    private void deltaField(String field, JsonParser json) throws IOException {
        switch (field) {
            case "content" -> content(json);
            case "refusal" -> refusal = JsonValue.text(json);
            case "reasoning_content" -> {
                reasoning = JsonValue.text(json);
                thinking(reasoning);
            }
            case "reasoning", "thinking" -> thinking(JsonValue.text(json));
            case "tool_calls" -> calls.addAll(CallFragment.in(Json.tree(json)));
            case "function_call" -> legacyCall(json);
            default -> json.skipChildren();
        }
    }

    /** A text; with some servers a list of parts. */
    private void content(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            text = JsonValue.text(json);
            return;
        }
        for (JsonNode part : Json.tree(json)) {
            text += part.path("text").asText("");
            for (JsonNode thought : part.path("thinking")) {
                thinking += thought.path("text").asText("");
            }
        }
    }

    /** Some servers say the same under two names. */
    private void thinking(String said) {
        if (thinking.isEmpty()) {
            thinking = said;
        }
    }

    /** The form before there were {@code tool_calls}; one call at most. */
    private void legacyCall(JsonParser json) throws IOException {
        JsonNode function = Json.tree(json);
        if (function.isObject()) {
            calls.add(new CallFragment(0, "", function.path("name").asText(""), function.path("arguments")));
        }
    }
}
