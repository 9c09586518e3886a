package io.caravan.dialect.agent;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.chat.Message;
import io.caravan.dialect.Json;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** AG-UI's {@code RunAgentInput}, with the fields that older servers want though they are empty. */
record AgUiBody(AgentQuestion question) implements Json.Writing {

    @Override
    public void to(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("threadId", question.conversation());
        json.writeStringField("runId", UUID.randomUUID().toString());
        json.writeObjectFieldStart("state");
        json.writeEndObject();
        json.writeArrayFieldStart("messages");
        List<Message> messages = question.messages();
        for (int i = 0; i < messages.size(); i++) {
            message(json, i, messages.get(i));
        }
        json.writeEndArray();
        for (String empty : List.of("tools", "context")) {
            json.writeArrayFieldStart(empty);
            json.writeEndArray();
        }
        json.writeObjectFieldStart("forwardedProps");
        AgentBody.wishes(json, question);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void message(JsonGenerator json, int index, Message message) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", "message-" + index);
        json.writeStringField("role", AgentBody.role(message));
        json.writeStringField("content", message.content());
        AgentBody.calls(json, message, "toolCalls");
        if (message.toolCallId().isPresent()) {
            json.writeStringField("toolCallId", message.toolCallId().get());
        }
        json.writeEndObject();
    }
}
