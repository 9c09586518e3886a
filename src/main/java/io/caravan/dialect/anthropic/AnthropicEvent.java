package io.caravan.dialect.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.dialect.Json;
import io.caravan.dialect.JsonValue;
import io.caravan.dialect.ServerError;
import java.io.IOException;
import java.util.Set;

/**
 * What one event of an answer in Anthropic's format says, or the whole answer in one document. Used again for each event
 * of one answer; only the usage goes on from event to event.
 */
final class AnthropicEvent implements Json.Reader {

    private static final Set<String> DELTAS =
            Set.of("", "text_delta", "thinking_delta", "input_json_delta", "signature_delta");

    final AnthropicUsage usage = new AnthropicUsage();
    String type = "";
    int index;
    String text = "";
    String thinking = "";
    String arguments = "";
    String signature = "";
    String stopReason = "";
    JsonNode block = MissingNode.getInstance();
    JsonNode content = MissingNode.getInstance();
    boolean error;
    private String kind = "";

    @Override
    public void read(JsonParser json) throws IOException {
        clear();
        JsonValue.fields(json, this::field);
    }

    void clear() {
        type = "";
        index = -1;
        text = "";
        thinking = "";
        arguments = "";
        signature = "";
        stopReason = "";
        block = MissingNode.getInstance();
        content = MissingNode.getInstance();
        error = false;
    }

    private void field(String field, JsonParser json) throws IOException {
        switch (field) {
            case "type" -> type = JsonValue.text(json);
            case "index" -> index = (int) JsonValue.count(json);
            case "delta" -> delta(json);
            case "content_block" -> block = Json.tree(json);
            case "message" -> JsonValue.fields(json, this::messageField);
            case "content" -> content = Json.tree(json);
            case "stop_reason" -> stopReason = JsonValue.text(json);
            case "usage" -> usage.read(json);
            case "error" -> error |= ServerError.isError(Json.tree(json));
            default -> json.skipChildren();
        }
    }

    /** At the start of an answer only its usage is of interest. */
    private void messageField(String field, JsonParser json) throws IOException {
        if (field.equals("usage")) {
            usage.read(json);
        } else {
            json.skipChildren();
        }
    }

    private void delta(JsonParser json) throws IOException {
        kind = "";
        JsonValue.fields(json, this::deltaField);
        if (!DELTAS.contains(kind)) {
            text = "";
            thinking = "";
            arguments = "";
            signature = "";
        }
    }

    private void deltaField(String field, JsonParser json) throws IOException {
        switch (field) {
            case "type" -> kind = JsonValue.text(json);
            case "text" -> text = JsonValue.text(json);
            case "thinking" -> thinking = JsonValue.text(json);
            case "signature" -> signature = JsonValue.text(json);
            case "partial_json" -> arguments = JsonValue.text(json);
            case "stop_reason" -> stopReason = JsonValue.text(json);
            default -> json.skipChildren();
        }
    }
}
