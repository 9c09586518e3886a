package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Question.Tool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tools of a request to {@code /v1/messages}, and what it says of earlier calls and thoughts; as strict as Anthropic. */
final class AnthropicTools {

    private AnthropicTools() {}

    /** Those the model may call. */
    static List<Tool> offered(JsonNode request) {
        List<Tool> tools = new ArrayList<>();
        if (request.path("tool_choice").path("type").asText("").equals("none")) {
            return tools;
        }
        for (JsonNode tool : request.path("tools")) {
            tools.add(new Tool(
                    tool.path("name").asText(""), tool.path("description").asText(""), tool.path("input_schema")));
        }
        return tools;
    }

    static void check(JsonNode request) {
        checkSchemas(request.path("tools"));
        boolean thinks = request.path("thinking").path("type").asText("").equals("enabled");
        for (JsonNode message : request.path("messages")) {
            for (JsonNode thought : AnthropicRequest.blocks(message, "thinking")) {
                if (!thought.path("signature").asText("").equals(AnthropicWire.SIGNATURE)) {
                    throw new Refusal(400, "messages: Invalid `signature` in `thinking` block");
                }
            }
            boolean calls = !AnthropicRequest.blocks(message, "tool_use").isEmpty();
            if (calls && !request.has("tools")) {
                throw new Refusal(400, "Requests which include `tool_use` or `tool_result` blocks must define tools");
            }
            String first = message.at("/content/0/type").asText("");
            if (calls && thinks && !first.equals("thinking") && !first.equals("redacted_thinking")) {
                throw new Refusal(
                        400, "messages: Expected `thinking` or `redacted_thinking`, but found `" + first + "`");
            }
        }
    }

    private static void checkSchemas(JsonNode tools) {
        Set<String> names = new HashSet<>();
        for (JsonNode tool : tools) {
            if (!names.add(tool.path("name").asText(""))) {
                throw new Refusal(400, "tools: Tool names must be unique.");
            }
            JsonNode schema = tool.path("input_schema");
            if (!schema.path("type").asText("").equals("object")) {
                throw new Refusal(400, "tools: input_schema.type: Input should be 'object'");
            }
            if (schema.has("anyOf") || schema.has("oneOf") || schema.has("allOf")) {
                throw new Refusal(400, "tools: input_schema does not support oneOf, allOf, or anyOf at the top level");
            }
        }
    }
}
