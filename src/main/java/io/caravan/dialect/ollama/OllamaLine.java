package io.caravan.dialect.ollama;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.Usage;
import io.caravan.dialect.Json;
import io.caravan.dialect.ServerError;
import io.caravan.dialect.ToolArguments;
import io.caravan.dialect.WholeCall;
import java.io.IOException;
import java.util.ArrayList;
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
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "message" -> message(json);
                // The same two at the top are the answer of /api/generate.
                case "response" -> text = Json.text(json);
                case "thinking" -> thinking = Json.text(json);
                case "done" -> done = json.currentToken() == JsonToken.VALUE_TRUE;
                case "done_reason" -> doneReason = Json.text(json);
                case "prompt_eval_count" -> promptTokens = Json.count(json);
                case "eval_count" -> completionTokens = Json.count(json);
                case "error" -> error = error(json);
                default -> json.skipChildren();
            }
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

    private void message(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "content" -> text = Json.text(json);
                case "thinking" -> thinking = Json.text(json);
                case "tool_calls" -> calls = calls(json);
                default -> json.skipChildren();
            }
        }
    }

    private static List<ToolCall> calls(JsonParser json) throws IOException {
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : Json.tree(json)) {
            JsonNode function = call.path("function");
            String id = call.path("id").asText("");
            calls.add(WholeCall.of(id, function.path("name").asText(""), ToolArguments.of(function.path("arguments"))));
        }
        return calls;
    }

    private static Optional<ServerError> error(JsonParser json) throws IOException {
        JsonNode said = Json.tree(json);
        return ServerError.isError(said) ? Optional.of(ServerError.of(said)) : Optional.empty();
    }
}
