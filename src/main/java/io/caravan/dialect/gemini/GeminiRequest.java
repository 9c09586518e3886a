package io.caravan.dialect.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent.ToolCall;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The body of {@code POST :streamGenerateContent}, with no field the request does not ask for; the model is not in it.
 *
 * <p>Only user and model take turns in it. So all system messages, wherever they stand, are part of the instruction, and
 * the results of several tools after each other are one turn of the user.
 */
record GeminiRequest(ChatRequest request, String model, ToolSchemas schemas) implements Json.Writing {

    private static final SamplingFields.Names SAMPLING =
            new SamplingFields.Names("topP", "maxOutputTokens", "stopSequences");

    /** From Gemini 3 on a call without the signature it came with is refused. */
    private static final Pattern WANTS_SIGNATURES =
            Pattern.compile("(?:models/)?gemini-(?:[3-9]|[1-9][0-9]|.*latest).*");

    /** What Google's documentation has for a call whose signature is not known. */
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    @Override
    public void to(JsonGenerator json) throws IOException {
        json.writeStartObject();
        instruction(json);
        contents(json);
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
            text(json, text);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void contents(JsonGenerator json) throws IOException {
        Map<String, String> toolNames = new HashMap<>();
        boolean resultsOpen = false;
        json.writeArrayFieldStart("contents");
        for (Message message : request.messages()) {
            if (message.role() == Role.SYSTEM) {
                continue;
            }
            boolean isResult = message.role() == Role.TOOL;
            if (resultsOpen && !isResult) {
                endTurn(json);
            }
            if (!resultsOpen || !isResult) {
                beginTurn(json, message.role() == Role.ASSISTANT ? "model" : "user");
            }
            parts(json, message, toolNames);
            if (!isResult) {
                endTurn(json);
            }
            resultsOpen = isResult;
        }
        if (resultsOpen) {
            endTurn(json);
        }
        json.writeEndArray();
    }

    private static void beginTurn(JsonGenerator json, String role) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", role);
        json.writeArrayFieldStart("parts");
    }

    private static void endTurn(JsonGenerator json) throws IOException {
        json.writeEndArray();
        json.writeEndObject();
    }

    /** @param toolNames by the ids of the calls so far: a result needs the tool's name beside the id */
    private void parts(JsonGenerator json, Message message, Map<String, String> toolNames) throws IOException {
        if (message.toolCallId().isPresent()) {
            String id = message.toolCallId().get();
            result(json, id, toolNames.getOrDefault(id, id), message);
            return;
        }
        if (message.toolCalls().isEmpty() || !message.content().isEmpty()) {
            text(json, message.content());
        }
        boolean signed = !WANTS_SIGNATURES.matcher(model).matches();
        for (ToolCall call : message.toolCalls()) {
            toolNames.put(call.callId(), call.name());
            call(json, call, !signed);
            signed = true; // of calls side by side only the first has one
        }
    }

    private static void text(JsonGenerator json, String text) throws IOException {
        json.writeStartObject();
        json.writeStringField("text", text);
        json.writeEndObject();
    }

    private static void call(JsonGenerator json, ToolCall call, boolean unsigned) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("functionCall");
        json.writeStringField("id", call.callId());
        json.writeStringField("name", call.name());
        if (call.arguments().isObject()) {
            json.writePOJOField("args", call.arguments());
        }
        json.writeEndObject();
        if (unsigned) {
            json.writeStringField("thoughtSignature", NO_SIGNATURE);
        }
        json.writeEndObject();
    }

    private static void result(JsonGenerator json, String id, String name, Message result) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("functionResponse");
        json.writeStringField("id", id);
        json.writeStringField("name", name);
        json.writeObjectFieldStart("response");
        json.writeStringField(result.isError() ? "error" : "output", result.content());
        json.writeEndObject();
        json.writeEndObject();
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
