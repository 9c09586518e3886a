package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Question.Said;
import io.caravan.demo.Question.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a request to {@code :generateContent} or {@code :streamGenerateContent} asks. */
final class GeminiRequest {

    private GeminiRequest() {}

    static Question question(JsonNode request, String name, Model model) {
        if (request.path("contents").isEmpty()) {
            throw new Refusal(400, "* GenerateContentRequest.contents: contents is not specified");
        }
        GeminiCalls.check(request.path("contents"), name);
        boolean mayCall =
                !request.at("/toolConfig/functionCallingConfig/mode").asText("").equals("NONE");
        List<Tool> tools = mayCall ? tools(request) : List.of();
        if (!tools.isEmpty() && !model.callsTools()) {
            throw new Refusal(400, "Function calling is not enabled for models/" + name);
        }
        JsonNode config = request.path("generationConfig");
        boolean thinks = model.thinks()
                && config.path("thinkingConfig").path("includeThoughts").asBoolean(false);
        int limit = config.path("maxOutputTokens").asInt(Integer.MAX_VALUE);
        return new Question(name, said(request), tools, format(config), thinks, limit);
    }

    private static List<Said> said(JsonNode request) {
        List<Said> said = new ArrayList<>();
        String instruction = text(request.path("systemInstruction"));
        if (!instruction.isEmpty()) {
            said.add(new Said("system", instruction, ""));
        }
        for (JsonNode content : request.path("contents")) {
            said.addAll(turn(content));
        }
        return said;
    }

    private static List<Said> turn(JsonNode content) {
        List<Said> turn = new ArrayList<>();
        String role = content.path("role").asText("user");
        if (!role.equals("user") && !role.equals("model")) {
            throw new Refusal(400, "Please use a valid role: user, model.");
        }
        for (JsonNode part : content.path("parts")) {
            JsonNode result = part.path("functionResponse");
            if (result.isObject()) {
                JsonNode response = result.path("response");
                String output = response.path(response.has("error") ? "error" : "output")
                        .asText("");
                turn.add(new Said("tool", output, result.path("name").asText("")));
            }
        }
        String text = text(content);
        if (!text.isEmpty() || turn.isEmpty()) {
            turn.add(new Said(role.equals("model") ? "assistant" : "user", text, ""));
        }
        return turn;
    }

    private static String text(JsonNode content) {
        StringBuilder text = new StringBuilder();
        content.path("parts").forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    private static List<Tool> tools(JsonNode request) {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : request.path("tools")) {
            for (JsonNode function : tool.path("functionDeclarations")) {
                JsonNode schema = function.path("parametersJsonSchema");
                tools.add(new Tool(
                        function.path("name").asText(""),
                        function.path("description").asText(""),
                        schema.isMissingNode() ? function.path("parameters") : schema));
            }
        }
        return tools;
    }

    private static Optional<JsonNode> format(JsonNode config) {
        if (!config.path("responseMimeType").asText("").equals("application/json")) {
            return Optional.empty();
        }
        JsonNode schema = config.path("responseJsonSchema");
        return Optional.of(schema.isMissingNode() ? config.path("responseSchema") : schema)
                .filter(JsonNode::isObject)
                .or(() -> Optional.of(Json.object()));
    }
}
