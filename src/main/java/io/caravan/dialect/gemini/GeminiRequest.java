package io.caravan.dialect.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message;
import io.caravan.chat.Message.Role;
import io.caravan.chat.Options;
import io.caravan.chat.Tool;
import io.caravan.dialect.Json;
import io.caravan.dialect.SamplingFields;
import io.caravan.dialect.ToolFields;
import io.caravan.dialect.ToolSchemas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of {@code POST :streamGenerateContent}, with no field the request does not ask for; the model is not in it.
 *
 * <p>Only user and model take turns in it, so all system messages, wherever they stand, are part of the instruction.
 */
record GeminiRequest(ChatRequest request, String model, ToolSchemas schemas) implements Json.Writing {

    private static final SamplingFields.Names SAMPLING =
            new SamplingFields.Names("topP", "maxOutputTokens", "stopSequences");

    @Override
    public void to(JsonGenerator json) throws IOException {
        json.writeStartObject();
        instruction(json);
        json.writeFieldName("contents");
        new GeminiContents(request.messages(), model).to(json);
        if (!request.tools().isEmpty()) {
            tools(json);
        }
        if (request.format().isPresent() || !request.options().equals(Options.NONE)) {
            generationConfig(json);
        }
        json.writeEndObject();
    }

    private void tools(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("tools");
        json.writeStartObject();
        json.writeArrayFieldStart("functionDeclarations");
        for (Tool tool : request.tools()) {
            json.writeStartObject();
            ToolFields.declare(json, tool, "parametersJsonSchema", schemas);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
        if (!request.mayCallTools()) {
            json.writeObjectFieldStart("toolConfig");
            json.writeObjectFieldStart("functionCallingConfig");
            json.writeStringField("mode", "NONE");
            json.writeEndObject();
            json.writeEndObject();
        }
    }

    private void instruction(JsonGenerator json) throws IOException {
        List<String> texts = new ArrayList<>();
        request.system().ifPresent(texts::add);
        for (Message message : request.messages()) {
            if (message.role() == Role.SYSTEM) {
                texts.add(message.content());
            }
        }
        if (texts.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("systemInstruction");
        json.writeArrayFieldStart("parts");
        for (String text : texts) {
            GeminiContents.text(json, text);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void generationConfig(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("generationConfig");
        SamplingFields.write(json, request.options(), SAMPLING);
        if (request.format().isPresent()) {
            json.writeStringField("responseMimeType", "application/json");
            JsonNode format = request.format().get();
            if (format.isObject()) {
                // JSON Schema as it is; what is called responseSchema is Google's own kind.
                json.writePOJOField("responseJsonSchema", format);
            }
        }
        json.writeEndObject();
    }
}
