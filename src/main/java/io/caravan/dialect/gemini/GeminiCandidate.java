package io.caravan.dialect.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.chat.ChatEvent.Text;
import io.caravan.chat.ChatEvent.Thinking;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.dialect.Json;
import io.caravan.dialect.JsonValue;
import io.caravan.dialect.ToolArguments;
import io.caravan.dialect.WholeCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One candidate in a response object of Gemini's: its parts in their order. Used again for each event. */
final class GeminiCandidate implements Json.Reader {

    int index;
    String finishReason = "";
    boolean called;
    final List<GeminiPart> parts = new ArrayList<>(1);

    @Override
    public void read(JsonParser json) throws IOException {
        clear();
        JsonValue.fields(json, this::field);
    }

    private void field(String field, JsonParser json) throws IOException {
        switch (field) {
            case "index" -> index = (int) JsonValue.count(json);
            case "content" -> JsonValue.fields(json, this::contentField);
            case "finishReason" -> finishReason = JsonValue.text(json);
            default -> json.skipChildren();
        }
    }

    void clear() {
        index = 0;
        finishReason = "";
        called = false;
        parts.clear();
    }

    private void contentField(String field, JsonParser json) throws IOException {
        if (field.equals("parts")) {
            JsonValue.objects(json, this::part);
        } else {
            json.skipChildren();
        }
    }

    /** A text, a thought or a call; anything else a part can be is passed over. */
    private void part(JsonParser json) throws IOException {
        String text = "";
        boolean thought = false;
        String signature = "";
        JsonNode call = MissingNode.getInstance();
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "text" -> text = JsonValue.text(json);
                case "thought" -> thought = json.currentToken() == JsonToken.VALUE_TRUE;
                case "thoughtSignature" -> signature = JsonValue.text(json);
                case "functionCall" -> call = Json.tree(json);
                default -> json.skipChildren();
            }
        }
        if (call.isObject()) {
            called = true;
            parts.add(new GeminiPart(Optional.of(call(call)), signature));
        } else if (!text.isEmpty()) {
            Chunk said = thought ? new Thinking(text) : new Text(text);
            parts.add(new GeminiPart(Optional.of(said), signature));
        } else if (!signature.isEmpty()) {
            parts.add(new GeminiPart(Optional.empty(), signature));
        }
    }

    private static ToolCall call(JsonNode call) {
        return WholeCall.of(
                call.path("id").asText(""), call.path("name").asText(""), ToolArguments.of(call.path("args")));
    }
}
