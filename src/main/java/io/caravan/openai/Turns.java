package io.caravan.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent;
import io.caravan.chat.Fields;
import io.caravan.chat.Json;
import io.caravan.chat.Message;
import io.caravan.failure.RejectedException;
import java.util.List;
import java.util.Optional;

/** Reads the turns of a conversation in OpenAI's format. */
final class Turns {

    private Turns() {}

    /** One turn; {@code path} is how error messages call it. */
    static Message read(JsonNode message, String path) {
        Fields fields = Fields.of(message, path, "role", "content", "name", "tool_calls", "tool_call_id", "refusal");
        Message.Role role = role(fields);
        List<ChatEvent.ToolCall> calls =
                fields.value("tool_calls").isPresent() ? fields.list("tool_calls", Turns::toolCall) : List.of();
        if (!calls.isEmpty() && role != Message.Role.ASSISTANT) {
            throw RejectedException.invalid(fields.name("tool_calls") + " belongs to an assistant message");
        }
        Optional<String> callId = fields.text("tool_call_id");
        if (callId.isPresent() != (role == Message.Role.TOOL)) {
            throw RejectedException.invalid(fields.name("tool_call_id") + " belongs to a tool message, and to each");
        }
        return new Message(role, content(fields, !calls.isEmpty()), calls, callId);
    }

    private static Message.Role role(Fields fields) {
        return switch (fields.requiredText("role")) {
            case "system", "developer" -> Message.Role.SYSTEM;
            case "user" -> Message.Role.USER;
            case "assistant" -> Message.Role.ASSISTANT;
            case "tool" -> Message.Role.TOOL;
            default ->
                throw RejectedException.invalid(
                        fields.name("role") + " must be system, developer, user, assistant or tool");
        };
    }

    private static String content(Fields fields, boolean mayBeMissing) {
        Optional<JsonNode> content = fields.value("content");
        if (content.isPresent() && content.get().isArray()) {
            return String.join("", fields.list("content", Turns::part));
        }
        return mayBeMissing ? fields.text("content").orElse("") : fields.requiredText("content");
    }

    private static String part(JsonNode part, String path) {
        Fields fields = Fields.of(part, path, "type", "text", "image_url", "input_audio", "file", "refusal");
        String type = fields.requiredText("type");
        if (!type.equals("text")) {
            throw RejectedException.invalid(
                    fields.name("type") + " " + type + " is not available: it can only be text");
        }
        return fields.requiredText("text");
    }

    private static ChatEvent.ToolCall toolCall(JsonNode call, String path) {
        Fields fields = Fields.of(call, path, "id", "type", "function");
        Fields function = Fields.of(fields.required("function"), fields.name("function"), "name", "arguments");
        return new ChatEvent.ToolCall(
                fields.requiredText("id"),
                function.requiredText("name"),
                arguments(function.text("arguments").orElse("{}"), function.name("arguments")));
    }

    private static JsonNode arguments(String json, String path) {
        try {
            JsonNode arguments = Json.STRICT.readTree(json.isBlank() ? "{}" : json);
            if (arguments.isObject()) {
                return arguments;
            }
        } catch (JsonProcessingException e) {
            // the same words
        }
        throw RejectedException.invalid(path + " must be a JSON object, written as a text");
    }
}
