package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Question.Said;
import io.caravan.demo.Question.Tool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a request to {@code /v1/chat/completions} asks. */
final class OpenAiRequest {

    private OpenAiRequest() {}

    static Question question(JsonNode request, Model model) {
        List<Said> said = said(request);
        if (said.isEmpty()) {
            throw new Refusal(400, "[] is too short - 'messages'");
        }
        List<Tool> tools = OllamaRequest.tools(request);
        if (!tools.isEmpty() && !model.callsTools()) {
            throw new Refusal(400, model.fullName() + " does not support tools");
        }
        return new Question(
                request.path("model").asText(), said, tools, format(request), model.thinks(), limit(request));
    }

    private static List<Said> said(JsonNode request) {
        Map<String, String> callNames = new HashMap<>();
        List<Said> said = new ArrayList<>();
        for (JsonNode message : request.path("messages")) {
            for (JsonNode call : message.path("tool_calls")) {
                callNames.put(
                        call.path("id").asText(),
                        call.path("function").path("name").asText());
            }
            String tool = callNames.getOrDefault(message.path("tool_call_id").asText(""), "");
            said.add(new Said(message.path("role").asText(""), text(message.path("content")), tool));
        }
        return said;
    }

    /** A text, or the texts among the parts. */
    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText("");
        }
        StringBuilder text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    private static Optional<JsonNode> format(JsonNode request) {
        JsonNode format = request.path("response_format");
        return switch (format.path("type").asText("")) {
            case "json_object" -> Optional.of(Json.object());
            case "json_schema" -> Optional.of(format.path("json_schema").path("schema"));
            default -> Optional.empty();
        };
    }

    private static int limit(JsonNode request) {
        int older = request.path("max_tokens").asInt(Integer.MAX_VALUE);
        return request.path("max_completion_tokens").asInt(older);
    }
}
