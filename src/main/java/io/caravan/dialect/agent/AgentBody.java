package io.caravan.dialect.agent;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.chat.Message;
import io.caravan.chat.Options;
import io.caravan.dialect.Json;
import io.caravan.dialect.SamplingFields;
import io.caravan.dialect.ToolCallFields;
import io.caravan.settings.AgentRequestShape;
import java.io.IOException;
import java.util.Locale;

/** The bodies an agent may be sent. */
final class AgentBody {

    private AgentBody() {}

    static Json.Writing of(AgentRequestShape shape, AgentQuestion question) {
        if (shape instanceof AgentRequestShape.Template template) {
            return new AgentTemplate(template.body(), question);
        }
        return switch ((AgentRequestShape.Named) shape) {
            case PLAIN -> json -> plain(json, question);
            case AG_UI -> new AgUiBody(question);
            case VERCEL -> new VercelBody(question);
        };
    }

    private static void plain(JsonGenerator json, AgentQuestion question) throws IOException {
        json.writeStartObject();
        json.writeStringField("prompt", question.prompt());
        json.writeFieldName("messages");
        messages(json, question);
        if (question.request().session().isPresent()) {
            json.writeStringField("conversation", question.conversation());
        }
        wishes(json, question);
        json.writeEndObject();
    }

    /** What a request may ask for beyond its messages, each only where it does: the agent may heed it. */
    static void wishes(JsonGenerator json, AgentQuestion question) throws IOException {
        if (question.model().isPresent()) {
            json.writeStringField("model", question.model().get());
        }
        if (!question.request().options().equals(Options.NONE)) {
            json.writeFieldName("options");
            options(json, question);
        }
        if (question.request().format().isPresent()) {
            json.writeFieldName("format");
            json.writeTree(question.request().format().get());
        }
    }

    static void options(JsonGenerator json, AgentQuestion question) throws IOException {
        json.writeStartObject();
        SamplingFields.write(json, question.request().options(), "max_tokens");
        json.writeEndObject();
    }

    /** Role and content each, as most have it. */
    static void messages(JsonGenerator json, AgentQuestion question) throws IOException {
        json.writeStartArray();
        for (Message message : question.messages()) {
            json.writeStartObject();
            json.writeStringField("role", role(message));
            json.writeStringField("content", message.content());
            calls(json, message, "tool_calls");
            if (message.toolCallId().isPresent()) {
                json.writeStringField("tool_call_id", message.toolCallId().get());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static String role(Message message) {
        return message.role().name().toLowerCase(Locale.ROOT);
    }

    /** The tools a turn asked for, where it did. */
    static void calls(JsonGenerator json, Message message, String field) throws IOException {
        if (!message.toolCalls().isEmpty()) {
            ToolCallFields.write(json, field, message.toolCalls());
        }
    }
}
