package io.caravan.dialect.ollama;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.Usage;
import io.caravan.dialect.CallFragment;
import io.caravan.dialect.Json;
import io.caravan.dialect.JsonValue;
import io.caravan.dialect.ServerError;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What one line of Ollama's answer says. Used again for each line. */
final class OllamaLine implements Json.Reader {

    String text = "";
    String thinking = "";
    List<ToolCall> calls = List.of();
    boolean done;
    String doneReason = "";
    Optional<ServerError> error = Optional.empty();
    private long promptTokens;
    private long completionTokens;

    Usage usage() {
        return new Usage(promptTokens, completionTokens);
    }

    @Override
    public void read(JsonParser json) throws IOException {
        clear();
        JsonValue.fields(json, this::field);
    }

    private void field(String field, JsonParser json) throws IOException {
        switch (field) {
            case "message" -> JsonValue.fields(json, this::messageField);
            // The same two at the top are the answer of /api/generate.
            case "response" -> text = JsonValue.text(json);
            case "thinking" -> thinking = JsonValue.text(json);
            case "done" -> done = json.currentToken() == JsonToken.VALUE_TRUE;
            case "done_reason" -> doneReason = JsonValue.text(json);
            case "prompt_eval_count" -> promptTokens = JsonValue.count(json);
            case "eval_count" -> completionTokens = JsonValue.count(json);
            case "error" -> error = ServerError.told(Json.tree(json));
            default -> json.skipChildren();
        }
    }

    private void clear() {
        text = "";
        thinking = "";
        calls = List.of();
        done = false;
        doneReason = "";
        error = Optional.empty();
        promptTokens = 0;
        completionTokens = 0;
    }

    private void messageField(String field, JsonParser json) throws IOException {
        switch (field) {
            case "content" -> text = JsonValue.text(json);
            case "thinking" -> thinking = JsonValue.text(json);
            case "tool_calls" ->
                calls = CallFragment.in(Json.tree(json)).stream()
                        .map(CallFragment::whole)
                        .toList();
            default -> json.skipChildren();
        }
    }
}
