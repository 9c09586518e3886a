package io.caravan.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.chat.ChatEvent.ToolCall;
import java.io.IOException;
import java.util.List;

/** The tools a turn asked for, as OpenAI writes them, and others after it: arguments as a text, valid JSON or not. */
public final class ToolCallFields {

    private ToolCallFields() {}

    /** Writes the calls as the list {@code field}. */
    public static void write(JsonGenerator json, String field, List<ToolCall> calls) throws IOException {
        json.writeArrayFieldStart(field);
        for (ToolCall call : calls) {
            json.writeStartObject();
            json.writeStringField("id", call.callId());
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            json.writeStringField("name", call.name());
            json.writeStringField("arguments", Json.asText(call.arguments()));
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
