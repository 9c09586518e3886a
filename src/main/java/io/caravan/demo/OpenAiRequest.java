package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Question.Said;
import io.caravan.demo.Question.Tool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a request to {@code /v1/chat/completions} asks. */
final class OpenAiRequest {

    private OpenAiRequest() {}

    static Question question(JsonNode request, Model model) {
        List<Said> said = said(request);
        if (said.isEmpty()) {
            throw new Refusal(400, "[] is too short - 'messages'");
        }
        expectEachResult(request.path("messages"));
        boolean mayCall = !request.path("tool_choice").asText("").equals("none");
        List<Tool> tools = mayCall ? OllamaRequest.tools(request) : List.of();
        if (!tools.isEmpty() && !model.callsTools()) {
            throw new Refusal(400, model.fullName() + " does not support tools");
        }
        return new Question(
                request.path("model").asText(), said, tools, format(request), model.thinks(), limit(request));
    }

    /** As OpenAI: no result without its call, and no call without its result right after it. */
    private static void expectEachResult(JsonNode messages) {
        Set<String> open = new LinkedHashSet<>();
        for (JsonNode message : messages) {
            String id = message.path("tool_call_id").asText("");
            if (!message.path("role").asText("").equals("tool")) {
                expectNone(open);
                message.path("tool_calls")
                        .forEach(call -> open.add(call.path("id").asText("")));
            } else if (!open.remove(id)) {
                throw new Refusal(
                        400, "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.");
            }
        }
        expectNone(open);
    }

    private static void expectNone(Set<String> open) {
        if (!open.isEmpty()) {
            throw new Refusal(
                    400,
                    "An assistant message with 'tool_calls' must be followed by tool messages responding to each"
                            + " 'tool_call_id'. The following tool_call_ids did not have response messages: "
                            + String.join(", ", open));
        }
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
