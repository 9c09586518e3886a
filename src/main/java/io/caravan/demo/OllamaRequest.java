package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Question.Said;
import io.caravan.demo.Question.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a request to {@code /api/chat} or {@code /api/generate} asks; as strict as Ollama where Ollama is. */
final class OllamaRequest {

    private OllamaRequest() {}

    static String model(JsonNode request) {
        return request.path("model").asText("");
    }

    static Question question(JsonNode request, Model model) {
        List<Tool> tools = tools(request);
        if (!tools.isEmpty() && !model.callsTools()) {
            throw new Refusal(400, model.fullName() + " does not support tools");
        }
        JsonNode think = request.path("think");
        boolean wanted = think.isTextual() || think.asBoolean(false);
        if (wanted && !model.thinks()) {
            throw new Refusal(400, "\"" + model(request) + "\" does not support thinking");
        }
        boolean thinks = model.thinks() && (wanted || think.isMissingNode() || think.isNull());
        return new Question(model(request), said(request), tools, format(request), thinks, limit(request));
    }

    private static List<Said> said(JsonNode request) {
        List<Said> said = new ArrayList<>();
        if (!request.path("prompt").asText("").isEmpty()) {
            if (!request.path("system").asText("").isEmpty()) {
                said.add(new Said("system", request.path("system").asText(), ""));
            }
            said.add(new Said("user", request.path("prompt").asText(), ""));
        }
        for (JsonNode message : request.path("messages")) {
            said.add(message(message));
        }
        return said;
    }

    private static Said message(JsonNode message) {
        JsonNode content = message.path("content");
        if (content.isContainerNode() || content.isNumber() || content.isBoolean()) {
            throw mistyped(content, "messages.content", "string");
        }
        for (JsonNode call : message.path("tool_calls")) {
            JsonNode arguments = call.path("function").path("arguments");
            if (!arguments.isObject()) {
                throw mistyped(arguments, "messages.tool_calls.function.arguments", "object");
            }
        }
        return new Said(
                message.path("role").asText("").toLowerCase(Locale.ROOT),
                content.asText(""),
                message.path("tool_name").asText(""));
    }

    static List<Tool> tools(JsonNode request) {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : request.path("tools")) {
            JsonNode function = tool.path("function");
            tools.add(new Tool(
                    function.path("name").asText(""),
                    function.path("description").asText(""),
                    function.path("parameters")));
        }
        return tools;
    }

    private static Optional<JsonNode> format(JsonNode request) {
        JsonNode format = request.path("format");
        return format.isObject() || format.asText("").equals("json") ? Optional.of(format) : Optional.empty();
    }

    private static int limit(JsonNode request) {
        JsonNode limit = request.path("options").path("num_predict");
        if (limit.isTextual()) {
            throw new Refusal(400, "option \"num_predict\" must be of type integer");
        }
        return limit.asInt(-1) < 0 ? Integer.MAX_VALUE : limit.asInt();
    }

    private static Refusal mistyped(JsonNode found, String field, String expected) {
        String type = found.getNodeType().name().toLowerCase(Locale.ROOT);
        return new Refusal(400, "json: cannot unmarshal %s into field %s of type %s".formatted(type, field, expected));
    }
}
