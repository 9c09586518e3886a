package io.caravan.dialect.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.Message;
import io.caravan.chat.Message.Role;
import io.caravan.dialect.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one side says before the other does, as one message of Anthropic's format: the user, whose are the results of tools
 * too, or the assistant. All results of a turn have to be in one message, before any text.
 */
record AnthropicTurn(String role, List<Message> messages) implements Json.Writing {

    AnthropicTurn {
        messages = List.copyOf(messages);
    }

    /** The turns of a conversation, in order, without what the system says. */
    static List<AnthropicTurn> of(List<Message> conversation) {
        List<AnthropicTurn> turns = new ArrayList<>();
        List<Message> turn = new ArrayList<>();
        for (Message message : conversation) {
            if (message.role() == Role.SYSTEM) {
                continue;
            }
            if (!turn.isEmpty() && !role(turn.get(0)).equals(role(message))) {
                turns.add(new AnthropicTurn(role(turn.get(0)), turn));
                turn.clear();
            }
            turn.add(message);
        }
        if (!turn.isEmpty()) {
            turns.add(new AnthropicTurn(role(turn.get(0)), turn));
        }
        return turns;
    }

    private static String role(Message message) {
        return message.role() == Role.ASSISTANT ? "assistant" : "user";
    }

    @Override
    public void to(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", role);
        if (isPlain()) {
            json.writeStringField("content", messages.get(0).content());
        } else {
            json.writeArrayFieldStart("content");
            blocks(json);
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private boolean isPlain() {
        Message first = messages.get(0);
        return messages.size() == 1
                && first.toolCalls().isEmpty()
                && first.toolCallId().isEmpty()
                && kept(first).isEmpty();
    }

    private void blocks(JsonGenerator json) throws IOException {
        for (Message message : messages) {
            Optional<String> call = message.toolCallId();
            if (call.isPresent()) {
                result(json, call.get(), message);
            }
        }
        for (Message message : messages) {
            if (message.toolCallId().isEmpty()) {
                said(json, message);
            }
        }
    }

    private static void result(JsonGenerator json, String call, Message result) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "tool_result");
        json.writeStringField("tool_use_id", call);
        json.writeStringField("content", result.content());
        if (result.isError()) {
            json.writeBooleanField("is_error", true);
        }
        json.writeEndObject();
    }

    private static Optional<JsonNode> kept(Message message) {
        return message.kept().map(all -> all.path(AnthropicKept.FIELD)).filter(JsonNode::isArray);
    }

    /** A text that is empty is refused with status 400, so there is none. */
    private static void said(JsonGenerator json, Message message) throws IOException {
        Optional<JsonNode> kept = kept(message);
        if (kept.isPresent()) {
            kept(json, kept.get(), message.toolCalls());
            return;
        }
        if (!message.content().isEmpty()) {
            json.writeStartObject();
            json.writeStringField("type", "text");
            json.writeStringField("text", message.content());
            json.writeEndObject();
        }
        for (ToolCall call : message.toolCalls()) {
            call(json, call);
        }
    }

    /** The blocks as they came; calls that are not among them go behind. */
    private static void kept(JsonGenerator json, JsonNode blocks, List<ToolCall> calls) throws IOException {
        Map<String, ToolCall> open = new LinkedHashMap<>();
        calls.forEach(call -> open.put(call.callId(), call));
        for (JsonNode block : blocks) {
            if (!block.path("type").asText("").equals("tool_use")) {
                json.writeTree(block);
                continue;
            }
            Optional<ToolCall> call =
                    Optional.ofNullable(open.remove(block.path("id").asText("")));
            if (call.isPresent()) {
                call(json, call.get());
            }
        }
        for (ToolCall call : open.values()) {
            call(json, call);
        }
    }

    private static void call(JsonGenerator json, ToolCall call) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "tool_use");
        json.writeStringField("id", call.callId());
        json.writeStringField("name", call.name());
        json.writeFieldName("input");
        input(json, call.arguments());
        json.writeEndObject();
    }

    /** Anything but an object is refused, so what the model wrote wrong goes back as no arguments. */
    private static void input(JsonGenerator json, JsonNode arguments) throws IOException {
        if (arguments.isObject()) {
            json.writeTree(arguments);
        } else {
            json.writeStartObject();
            json.writeEndObject();
        }
    }
}
