package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Question.Said;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a request to {@code /v1/messages} asks; as strict as Anthropic in what a caller easily gets wrong. */
final class AnthropicRequest {

    private static final Set<String> KNOWN = Set.of(
            "model",
            "messages",
            "max_tokens",
            "system",
            "stream",
            "temperature",
            "top_p",
            "top_k",
            "stop_sequences",
            "tools",
            "tool_choice",
            "thinking",
            "output_config",
            "metadata");

    private AnthropicRequest() {}

    static Question question(JsonNode request, Models models) {
        request.fieldNames().forEachRemaining(field -> {
            if (!KNOWN.contains(field)) {
                throw new Refusal(400, field + ": Extra inputs are not permitted");
            }
        });
        for (String field : List.of("model", "max_tokens", "messages")) {
            if (!request.has(field)) {
                throw new Refusal(400, field + ": Field required");
            }
        }
        String name = request.path("model").asText();
        Model model = models.all().stream()
                .filter(offered -> offered.isCalled(name))
                .findFirst()
                .orElseThrow(() -> new Refusal(404, "model: " + name));
        boolean thinks = model.thinks()
                && !request.path("thinking").path("type").asText("").equals("disabled");
        int limit = request.path("max_tokens").asInt();
        List<Said> said = said(request);
        AnthropicTools.check(request);
        return new Question(name, said, AnthropicTools.offered(request), format(request), thinks, limit);
    }

    private static List<Said> said(JsonNode request) {
        List<Said> said = new ArrayList<>();
        String system = text(request.path("system"));
        if (!system.isEmpty()) {
            said.add(new Said("system", system, ""));
        }
        if (request.path("messages").isEmpty()) {
            throw new Refusal(400, "messages: at least one message is required");
        }
        Map<String, String> waiting = new HashMap<>();
        for (JsonNode message : request.path("messages")) {
            turn(message, waiting, said);
        }
        expectNone(waiting);
        return said;
    }

    /** @param waiting the tools by the ids of the calls that the turn before made */
    private static void turn(JsonNode message, Map<String, String> waiting, List<Said> said) {
        String role = message.path("role").asText("");
        if (!role.equals("user") && !role.equals("assistant")) {
            throw new Refusal(400, "messages: Unexpected role \"" + role + "\"");
        }
        for (JsonNode block : blocks(message, "tool_result")) {
            String id = block.path("tool_use_id").asText("");
            String tool = Optional.ofNullable(waiting.remove(id))
                    .orElseThrow(() -> new Refusal(400, "messages: unexpected `tool_use_id`: " + id));
            said.add(new Said("tool", text(block.path("content")), tool));
        }
        expectNone(waiting);
        for (JsonNode block : blocks(message, "tool_use")) {
            waiting.put(block.path("id").asText(""), block.path("name").asText(""));
        }
        String text = text(message.path("content"));
        if (!text.isEmpty() || !waiting.isEmpty()) {
            said.add(new Said(role, text, ""));
        }
    }

    private static void expectNone(Map<String, String> waiting) {
        if (!waiting.isEmpty()) {
            throw new Refusal(
                    400,
                    "messages: `tool_use` ids were found without `tool_result` blocks immediately after: "
                            + String.join(", ", waiting.keySet()));
        }
    }

    static List<JsonNode> blocks(JsonNode message, String type) {
        List<JsonNode> blocks = new ArrayList<>();
        for (JsonNode block : message.path("content")) {
            if (block.path("type").asText("").equals(type)) {
                blocks.add(block);
            }
        }
        return blocks;
    }

    /** A text, or the texts among the blocks. */
    private static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText("");
        }
        StringBuilder text = new StringBuilder();
        content.forEach(block -> text.append(block.path("text").asText("")));
        return text.toString();
    }

    private static Optional<JsonNode> format(JsonNode request) {
        JsonNode format = request.path("output_config").path("format");
        return format.path("type").asText("").equals("json_schema")
                ? Optional.of(format.path("schema"))
                : Optional.empty();
    }
}
