package io.caravan.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.failure.RejectedException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads a question from the JSON payload that doors and routes share, and refuses by name what is wrong in it. */
public final class ChatRequests {

    private static final long LONGEST_TIMEOUT_SECONDS = Duration.ofDays(1).toSeconds();
    private static final int MOST_STOPS = 4;

    private ChatRequests() {}

    /**
     * The question in a payload written as JSON.
     *
     * @throws RejectedException if the text is not JSON or breaks the contract
     */
    public static ChatRequest read(String json) {
        try {
            return read(Json.STRICT.readTree(json), "payload");
        } catch (JsonProcessingException e) {
            throw RejectedException.invalid("the payload is not valid JSON: " + Json.problem(e));
        }
    }

    /** The question in {@code payload}; {@code path} is how error messages call it. */
    public static ChatRequest read(JsonNode payload, String path) {
        Fields fields = Fields.of(
                payload,
                path,
                "text",
                "messages",
                "model",
                "system",
                "session_id",
                "timeout",
                "options",
                "tools",
                "format",
                "stream");
        refuseWhatIsNotBuiltYet(fields);
        ChatRequest request = new ChatRequest(
                fields.text("model"),
                fields.text("system"),
                messages(fields),
                fields.value("options")
                        .map(options -> options(options, fields.name("options")))
                        .orElse(Options.NONE),
                fields.value("format").map(format -> format(format, fields.name("format"))),
                timeout(fields),
                Optional.empty(),
                fields.flag("stream", true));
        return fields.value("tools")
                .map(tools -> request.limitedTo(toolNames(fields, tools)))
                .orElse(request);
    }

    /** Names and patterns; none for {@code false}. */
    private static List<String> toolNames(Fields fields, JsonNode tools) {
        if (tools.isBoolean() && !tools.booleanValue()) {
            return List.of();
        }
        if (!tools.isArray()) {
            throw RejectedException.invalid(fields.name("tools") + " must be a list of names or patterns, or false");
        }
        return fields.list("tools", (item, path) -> {
            if (!item.isTextual() || item.textValue().isBlank()) {
                throw RejectedException.invalid(path + " must be the name of a tool, or a pattern such as time__*");
            }
            return item.textValue();
        });
    }

    /** Options written as a JSON object. */
    public static Options options(String json) {
        try {
            return options(Json.STRICT.readTree(json), "options");
        } catch (JsonProcessingException e) {
            throw RejectedException.invalid("the options are not valid JSON: " + Json.problem(e));
        }
    }

    private static Options options(JsonNode options, String path) {
        Fields fields = Fields.of(options, path, "temperature", "top_p", "max_tokens", "stop", "seed");
        OptionalLong maxTokens = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
        return new Options(
                fields.number("temperature", 0, 2),
                fields.number("top_p", 0, 1),
                maxTokens.isPresent() ? OptionalInt.of((int) maxTokens.getAsLong()) : OptionalInt.empty(),
                stops(fields),
                fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE));
    }

    private static List<String> stops(Fields fields) {
        Optional<JsonNode> stop = fields.value("stop");
        if (stop.isEmpty()) {
            return List.of();
        }
        if (stop.get().isTextual()) {
            return List.of(stop.get().textValue());
        }
        List<String> stops = fields.list("stop", (item, path) -> {
            if (!item.isTextual()) {
                throw RejectedException.invalid(path + " must be a text");
            }
            return item.textValue();
        });
        if (stops.size() > MOST_STOPS) {
            throw RejectedException.invalid(fields.name("stop") + " must hold at most " + MOST_STOPS + " texts");
        }
        return stops;
    }

    private static List<Message> messages(Fields fields) {
        Optional<String> text = fields.text("text");
        if (text.isPresent() == fields.value("messages").isPresent()) {
            throw RejectedException.invalid(
                    "one of " + fields.name("text") + " and " + fields.name("messages") + " is needed, not both");
        }
        if (text.isPresent()) {
            if (text.get().isBlank()) {
                throw RejectedException.invalid(fields.name("text") + " is empty");
            }
            return List.of(Message.user(text.get()));
        }
        List<Message> messages = fields.list("messages", ChatRequests::message);
        if (messages.isEmpty()) {
            throw RejectedException.invalid(fields.name("messages") + " is empty");
        }
        return messages;
    }

    private static Message message(JsonNode message, String path) {
        Fields fields = Fields.of(message, path, "role", "content", "tool_calls", "tool_call_id");
        Message.Role role = role(fields);
        List<ChatEvent.ToolCall> calls =
                fields.value("tool_calls").isPresent() ? fields.list("tool_calls", ChatRequests::toolCall) : List.of();
        if (!calls.isEmpty() && role != Message.Role.ASSISTANT) {
            throw RejectedException.invalid(fields.name("tool_calls") + " belongs to an assistant message");
        }
        Optional<String> toolCallId = fields.text("tool_call_id");
        if (toolCallId.isPresent() != (role == Message.Role.TOOL)) {
            throw RejectedException.invalid(fields.name("tool_call_id") + " belongs to a tool message, and to each");
        }
        String content = calls.isEmpty()
                ? fields.requiredText("content")
                : fields.text("content").orElse("");
        return new Message(role, content, calls, toolCallId);
    }

    private static Message.Role role(Fields fields) {
        String role = fields.requiredText("role");
        for (Message.Role known : Message.Role.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(role)) {
                return known;
            }
        }
        throw RejectedException.invalid(fields.name("role") + " must be system, user, assistant or tool");
    }

    private static ChatEvent.ToolCall toolCall(JsonNode call, String path) {
        Fields fields = Fields.of(call, path, "call_id", "name", "arguments");
        JsonNode arguments = fields.value("arguments").orElseGet(Json.STRICT::createObjectNode);
        if (!arguments.isObject()) {
            throw RejectedException.invalid(fields.name("arguments") + " must be a JSON object");
        }
        return new ChatEvent.ToolCall(fields.requiredText("call_id"), fields.requiredText("name"), arguments);
    }

    private static JsonNode format(JsonNode format, String path) {
        if (!format.isObject() && !(format.isTextual() && format.textValue().equals("json"))) {
            throw RejectedException.invalid(path + " must be \"json\" or a JSON Schema");
        }
        return format;
    }

    private static Optional<Duration> timeout(Fields fields) {
        var seconds = fields.number("timeout", 0.001, (double) LONGEST_TIMEOUT_SECONDS);
        return seconds.isPresent()
                ? Optional.of(Duration.ofMillis(Math.round(seconds.getAsDouble() * 1000)))
                : Optional.empty();
    }

    private static void refuseWhatIsNotBuiltYet(Fields fields) {
        if (fields.value("session_id").isPresent()) {
            throw RejectedException.invalid(fields.name("session_id") + " is not available in this version");
        }
    }
}
