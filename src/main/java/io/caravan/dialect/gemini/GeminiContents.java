package io.caravan.dialect.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.Message;
import io.caravan.chat.Message.Role;
import io.caravan.dialect.Json;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The turns of a conversation, as a list. Only user and model take them: system messages are left out, and the results of
 * several tools after each other are one turn of the user.
 */
record GeminiContents(List<Message> messages, String model) implements Json.Writing {

    /** From Gemini 3 on a call without the signature it came with is refused. */
    private static final Pattern WANTS_SIGNATURES =
            Pattern.compile("(?:models/)?gemini-(?:[3-9]|[1-9][0-9]|.*latest).*");

    /** What Google's documentation has for a call whose signature is not known. */
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    private static final String SIGNATURE = "thoughtSignature";

    GeminiContents {
        messages = List.copyOf(messages);
    }

    @Override
    public void to(JsonGenerator json) throws IOException {
        Map<String, String> toolNames = new HashMap<>();
        boolean resultsOpen = false;
        json.writeStartArray();
        for (Message message : messages) {
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
        message.toolCalls().forEach(call -> toolNames.put(call.callId(), call.name()));
        Optional<JsonNode> kept =
                message.kept().map(all -> all.path(GeminiKept.FIELD)).filter(JsonNode::isArray);
        if (kept.isPresent()) {
            kept(json, kept.get(), message.toolCalls());
            return;
        }
        if (message.toolCalls().isEmpty() || !message.content().isEmpty()) {
            text(json, message.content());
        }
        calls(json, message.toolCalls(), true);
    }

    /** The parts as they came; calls that are not among them go behind. */
    private void kept(JsonGenerator json, JsonNode parts, List<ToolCall> calls) throws IOException {
        Map<String, ToolCall> open = new LinkedHashMap<>();
        calls.forEach(call -> open.put(call.callId(), call));
        boolean first = true;
        for (JsonNode part : parts) {
            if (!part.has("functionCall")) {
                json.writeTree(part);
                continue;
            }
            Optional<ToolCall> call =
                    Optional.ofNullable(open.remove(part.at("/functionCall/id").asText("")));
            if (call.isPresent()) {
                call(json, call.get(), part.path(SIGNATURE).asText(first ? unsigned() : ""));
                first = false;
            }
        }
        calls(json, List.copyOf(open.values()), first);
    }

    /** Calls that came without a signature; of calls side by side only the first has one. */
    private void calls(JsonGenerator json, List<ToolCall> calls, boolean first) throws IOException {
        for (ToolCall call : calls) {
            call(json, call, first ? unsigned() : "");
            first = false;
        }
    }

    private String unsigned() {
        return WANTS_SIGNATURES.matcher(model).matches() ? NO_SIGNATURE : "";
    }

    static void text(JsonGenerator json, String text) throws IOException {
        json.writeStartObject();
        json.writeStringField("text", text);
        json.writeEndObject();
    }

    private static void call(JsonGenerator json, ToolCall call, String signature) throws IOException {
        json.writeStartObject();
        json.writeObjectFieldStart("functionCall");
        json.writeStringField("id", call.callId());
        json.writeStringField("name", call.name());
        if (call.arguments().isObject()) {
            json.writePOJOField("args", call.arguments());
        }
        json.writeEndObject();
        if (!signature.isEmpty()) {
            json.writeStringField(SIGNATURE, signature);
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
}
