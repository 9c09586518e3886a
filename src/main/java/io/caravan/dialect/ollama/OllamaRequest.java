package io.caravan.dialect.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.chat.Options;
import io.caravan.dialect.Json;
import io.caravan.dialect.SamplingFields;
import io.caravan.dialect.ToolFields;
import io.caravan.dialect.ToolSchemas;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The body of {@code POST /api/chat}, with no field the request does not ask for but {@code stream}. Tools that may not be
 * called any more are left out, since Ollama cannot be told so.
 */
record OllamaRequest(ChatRequest request, String model, ToolSchemas schemas) implements Json.Writing {

    @Override
    public void to(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", model);
        messages(json);
        if (request.mayCallTools()) {
            ToolFields.write(json, request.tools(), schemas);
        }
        json.writeBooleanField("stream", true);
        if (request.format().isPresent()) {
            json.writePOJOField("format", request.format().get());
        }
        if (!request.options().equals(Options.NONE)) {
            options(json);
        }
        json.writeEndObject();
    }

    private void messages(JsonGenerator json) throws IOException {
        Map<String, String> toolNames = new HashMap<>();
        json.writeArrayFieldStart("messages");
        if (request.system().isPresent()) {
            message(json, Message.system(request.system().get()), toolNames);
        }
        for (Message message : request.messages()) {
            message(json, message, toolNames);
            message.toolCalls().forEach(call -> toolNames.put(call.callId(), call.name()));
        }
        json.writeEndArray();
    }

    /** @param toolNames by the ids of the calls so far: Ollama's templates tell results apart by the tool's name */
    private static void message(JsonGenerator json, Message message, Map<String, String> toolNames) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", message.role().name().toLowerCase(Locale.ROOT));
        json.writeStringField("content", message.content());
        if (!message.toolCalls().isEmpty()) {
            toolCalls(json, message);
        }
        if (message.toolCallId().isPresent()) {
            String id = message.toolCallId().get();
            json.writeStringField("tool_call_id", id);
            Optional<String> name = Optional.ofNullable(toolNames.get(id));
            if (name.isPresent()) {
                json.writeStringField("tool_name", name.get());
            }
        }
        json.writeEndObject();
    }

    private static void toolCalls(JsonGenerator json, Message message) throws IOException {
        json.writeArrayFieldStart("tool_calls");
        for (ToolCall call : message.toolCalls()) {
            json.writeStartObject();
            json.writeStringField("id", call.callId());
            json.writeObjectFieldStart("function");
            json.writeStringField("name", call.name());
            json.writeFieldName("arguments");
            arguments(json, call.arguments());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Anything but an object is refused with status 400, so what the model wrote wrong goes back as no arguments. */
    private static void arguments(JsonGenerator json, JsonNode arguments) throws IOException {
        if (arguments.isObject()) {
            json.writeTree(arguments);
        } else {
            json.writeStartObject();
            json.writeEndObject();
        }
    }

    private void options(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("options");
        SamplingFields.write(json, request.options(), "num_predict");
        json.writeEndObject();
    }
}
