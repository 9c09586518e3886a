package io.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.dialect.Json;
import io.caravan.dialect.SamplingFields;
import io.caravan.dialect.ToolCallFields;
import io.caravan.dialect.ToolFields;
import io.caravan.dialect.ToolSchemas;
import io.caravan.settings.StreamOptions;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;

/** The body of {@code POST /chat/completions}, with no field the request does not ask for but those of streaming. */
record OpenAiRequest(ChatRequest request, String model, ToolSchemas schemas, StreamOptions streamOptions)
        implements Json.Writing {

    /** OpenAI's reasoning models refuse {@code max_tokens}; Ollama, among others, ignores {@code max_completion_tokens}. */
    private static final Pattern REASONING =
            Pattern.compile("(?:openai/)?(?:o[1-9]|gpt-(?:[5-9]|[1-9][0-9]))(?:[^0-9a-z].*)?");

    @Override
    public void to(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", model);
        messages(json);
        tools(json);
        json.writeBooleanField("stream", true);
        if (streamOptions == StreamOptions.USAGE) {
            json.writeObjectFieldStart("stream_options");
            json.writeBooleanField("include_usage", true);
            json.writeEndObject();
        }
        if (request.format().isPresent()) {
            responseFormat(json, request.format().get());
        }
        SamplingFields.write(json, request.options(), maxTokensField());
        json.writeEndObject();
    }

    private void tools(JsonGenerator json) throws IOException {
        ToolFields.write(json, request.tools(), schemas);
        if (!request.tools().isEmpty() && !request.mayCallTools()) {
            json.writeStringField("tool_choice", "none");
        }
    }

    private String maxTokensField() {
        return REASONING.matcher(model).matches() ? "max_completion_tokens" : "max_tokens";
    }

    private void messages(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("messages");
        if (request.system().isPresent()) {
            message(json, Message.system(request.system().get()));
        }
        for (Message message : request.messages()) {
            message(json, message);
        }
        json.writeEndArray();
    }

    private void message(JsonGenerator json, Message message) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", message.role().name().toLowerCase(Locale.ROOT));
        if (message.toolCalls().isEmpty()) {
            json.writeStringField("content", message.content());
        } else {
            contentBesideCalls(json, message.content());
            ToolCallFields.write(json, "tool_calls", message.toolCalls());
            OpenAiKept.write(json, message, model);
        }
        if (message.toolCallId().isPresent()) {
            json.writeStringField("tool_call_id", message.toolCallId().get());
        }
        json.writeEndObject();
    }

    /** Nothing said is null here and only here. */
    private static void contentBesideCalls(JsonGenerator json, String content) throws IOException {
        if (content.isEmpty()) {
            json.writeNullField("content");
        } else {
            json.writeStringField("content", content);
        }
    }

    private static void responseFormat(JsonGenerator json, JsonNode format) throws IOException {
        json.writeObjectFieldStart("response_format");
        if (format.isObject()) {
            json.writeStringField("type", "json_schema");
            json.writeObjectFieldStart("json_schema");
            json.writeStringField("name", "answer");
            json.writePOJOField("schema", format);
            json.writeEndObject();
        } else {
            json.writeStringField("type", "json_object");
        }
        json.writeEndObject();
    }
}
