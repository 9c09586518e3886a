package io.caravan.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Fields;
import io.caravan.chat.Json;
import io.caravan.chat.Message;
import io.caravan.chat.Options;
import io.caravan.failure.RejectedException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads a question from the body of OpenAI's {@code /v1/chat/completions}. What Caravan cannot do is refused by its name,
 * unless it changes nothing about the answer.
 */
public final class CompletionRequests {

    private static final int MOST_STOPS = 4;

    /** What is understood. */
    private static final String[] KNOWN = {
        "model",
        "messages",
        "max_tokens",
        "max_completion_tokens",
        "temperature",
        "top_p",
        "stop",
        "seed",
        "response_format",
        "stream",
        "tools",
        "tool_choice",
        // of these only the values below, with which nothing is asked for
        "n",
        "frequency_penalty",
        "presence_penalty",
        "logprobs",
        "top_logprobs",
        "logit_bias",
        "modalities",
        // these are about who asks and how it is paid for, not about the answer
        "stream_options",
        "user",
        "metadata",
        "store",
        "service_tier",
        "parallel_tool_calls",
        "safety_identifier",
        "prompt_cache_key",
        "prediction"
    };

    private CompletionRequests() {}

    /**
     * The question in a body.
     *
     * @param path is how error messages call it
     * @throws RejectedException if it breaks the format, or asks for what Caravan cannot do
     */
    public static ChatRequest read(JsonNode body, String path) {
        Fields fields = Fields.of(body, path, KNOWN);
        refuseWhatCannotBeDone(fields);
        List<Message> messages = fields.list("messages", Turns::read);
        if (messages.isEmpty()) {
            throw RejectedException.invalid(fields.name("messages") + " is empty");
        }
        ChatRequest request = new ChatRequest(
                fields.text("model").filter(model -> !model.isBlank()),
                Optional.empty(),
                messages,
                options(fields),
                fields.value("response_format").flatMap(format -> format(format, fields.name("response_format"))),
                Optional.empty(),
                Optional.empty(),
                fields.flag("stream", false));
        return tools(fields).map(request::limitedTo).orElse(request);
    }

    /** The same for a body that is still a text. */
    public static ChatRequest read(String body) {
        try {
            return read(Json.STRICT.readTree(body), "");
        } catch (JsonProcessingException e) {
            throw RejectedException.invalid("the body is not valid JSON: " + Json.problem(e));
        }
    }

    private static Options options(Fields fields) {
        OptionalLong most = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
        OptionalLong older = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
        OptionalLong maxTokens = most.isPresent() ? most : older;
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
        if (!stop.get().isArray()) {
            return List.of(fields.requiredText("stop"));
        }
        List<String> stops = fields.list("stop", CompletionRequests::text);
        if (stops.size() > MOST_STOPS) {
            throw RejectedException.invalid(fields.name("stop") + " must hold at most " + MOST_STOPS + " texts");
        }
        return stops;
    }

    private static Optional<JsonNode> format(JsonNode format, String path) {
        Fields fields = Fields.of(format, path, "type", "json_schema");
        return switch (fields.requiredText("type")) {
            case "text" -> Optional.empty();
            case "json_object" -> Optional.of(Json.STRICT.getNodeFactory().textNode("json"));
            case "json_schema" -> Optional.of(schema(fields));
            default ->
                throw RejectedException.invalid(fields.name("type") + " must be text, json_object or json_schema");
        };
    }

    private static JsonNode schema(Fields format) {
        Fields named = Fields.of(
                format.required("json_schema"), format.name("json_schema"), "name", "description", "schema", "strict");
        JsonNode schema = named.required("schema");
        if (!schema.isObject()) {
            throw RejectedException.invalid(named.name("schema") + " must be a JSON Schema");
        }
        return schema;
    }

    /** Names and patterns of Caravan's own tools; functions of the caller's are not run by anybody here. */
    private static Optional<List<String>> tools(Fields fields) {
        Optional<String> choice = fields.value("tool_choice").map(JsonNode::toString);
        if (choice.isPresent()
                && !choice.get().equals("\"auto\"")
                && !choice.get().equals("\"none\"")) {
            throw RejectedException.invalid(fields.name("tool_choice") + " can only be auto or none");
        }
        if (fields.value("tools").isEmpty()) {
            return choice.filter("\"none\""::equals).map(none -> List.of());
        }
        List<String> names = fields.list("tools", (tool, path) -> {
            if (!tool.isTextual()) {
                throw RejectedException.invalid(path + " must be the name of a tool of Caravan's, or a pattern such as"
                        + " time__*: functions of the caller's own are not available here");
            }
            return text(tool, path);
        });
        return Optional.of(choice.isPresent() && choice.get().equals("\"none\"") ? List.of() : names);
    }

    private static String text(JsonNode item, String path) {
        if (!item.isTextual()) {
            throw RejectedException.invalid(path + " must be a text");
        }
        return item.textValue();
    }

    private static void refuseWhatCannotBeDone(Fields fields) {
        only(fields, "n", "1");
        only(fields, "frequency_penalty", "0", "0.0");
        only(fields, "presence_penalty", "0", "0.0");
        only(fields, "logprobs", "false");
        only(fields, "top_logprobs", "0");
        only(fields, "logit_bias", "{}");
        only(fields, "modalities", "[\"text\"]");
    }

    private static void only(Fields fields, String field, String... values) {
        fields.value(field)
                .map(JsonNode::toString)
                .filter(value -> !List.of(values).contains(value))
                .ifPresent(value -> {
                    throw RejectedException.invalid(
                            fields.name(field) + " is not available: it can only be " + values[0]);
                });
    }
}
