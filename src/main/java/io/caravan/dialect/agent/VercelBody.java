package io.caravan.dialect.agent;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.Message;
import io.caravan.chat.Message.Role;
import io.caravan.dialect.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The body that the chat transport of Vercel's AI SDK sends: UI messages, in which a tool's result is part of its call. */
record VercelBody(AgentQuestion question) implements Json.Writing {

    @Override
    public void to(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("trigger", "submit-message");
        json.writeStringField("id", question.conversation());
        json.writeArrayFieldStart("messages");
        List<Message> messages = question.messages();
        for (int i = 0; i < messages.size(); i++) {
            if (messages.get(i).role() != Role.TOOL) {
                message(json, i, messages.get(i));
            }
        }
        json.writeEndArray();
        AgentBody.wishes(json, question);
        json.writeEndObject();
    }

    private void message(JsonGenerator json, int index, Message message) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", "message-" + index);
        json.writeStringField("role", AgentBody.role(message));
        json.writeArrayFieldStart("parts");
        if (!message.content().isEmpty() || message.toolCalls().isEmpty()) {
            json.writeStartObject();
            json.writeStringField("type", "text");
            json.writeStringField("text", message.content());
            json.writeEndObject();
        }
        for (ToolCall call : message.toolCalls()) {
            tool(json, call);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void tool(JsonGenerator json, ToolCall call) throws IOException {
        Optional<String> result = question.messages().stream()
                .filter(message -> message.toolCallId().equals(Optional.of(call.callId())))
                .map(Message::content)
                .findFirst();
        json.writeStartObject();
        json.writeStringField("type", "dynamic-tool");
        json.writeStringField("toolName", call.name());
        json.writeStringField("toolCallId", call.callId());
        json.writeStringField("state", result.isPresent() ? "output-available" : "input-available");
        json.writeFieldName("input");
        JsonNode arguments = call.arguments();
        json.writeTree(arguments);
        if (result.isPresent()) {
            json.writeStringField("output", result.get());
        }
        json.writeEndObject();
    }
}
