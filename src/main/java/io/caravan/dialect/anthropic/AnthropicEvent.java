package io.caravan.dialect.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.dialect.Json;
import io.caravan.dialect.ServerError;
import java.io.IOException;
import java.util.Set;

/**
 * What one event of an answer in Anthropic's format says, or the whole answer in one document. Used again for each event
 * of one answer; only the usage goes on from event to event.
 */
final class AnthropicEvent implements Json.Reader {

    private static final Set<String> DELTAS = Set.of("", "text_delta", "thinking_delta", "input_json_delta");

    final AnthropicUsage usage = new AnthropicUsage();
    String type = "";
    int index;
    String text = "";
    String thinking = "";
    String arguments = "";
    String stopReason = "";
    JsonNode block = MissingNode.getInstance();
    JsonNode content = MissingNode.getInstance();
    boolean error;

    @Override
    public void read(JsonParser json) throws IOException {
        clear();
        fields(json);
    }

    void clear() {
        type = "";
        index = -1;
        text = "";
        thinking = "";
        arguments = "";
        stopReason = "";
        block = MissingNode.getInstance();
        content = MissingNode.getInstance();
        error = false;
    }

    private void fields(JsonParser json) throws IOException {
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "type" -> type = Json.text(json);
                case "index" -> index = (int) Json.count(json);
                case "delta" -> delta(json);
                case "content_block" -> block = Json.tree(json);
                case "message" -> message(json);
                case "content" -> content = Json.tree(json);
                case "stop_reason" -> stopReason = Json.text(json);
                case "usage" -> usage.read(json);
                case "error" -> error |= ServerError.isError(Json.tree(json));
                default -> json.skipChildren();
            }
        }
    }

    /** At the start of an answer only its usage is of interest. */
    private void message(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            if (field.equals("usage")) {
                usage.read(json);
            } else {
                json.skipChildren();
            }
        }
    }

    private void delta(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        String kind = "";
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "type" -> kind = Json.text(json);
                case "text" -> text = Json.text(json);
                case "thinking" -> thinking = Json.text(json);
                case "partial_json" -> arguments = Json.text(json);
                case "stop_reason" -> stopReason = Json.text(json);
                default -> json.skipChildren();
            }
        }
        if (!DELTAS.contains(kind)) {
            text = "";
            thinking = "";
            arguments = "";
        }
    }
}
