package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Question.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The endpoints that agent backends have by convention: {@code /run} answers in one JSON document, {@code /stream} in
 * the shape of the request it gets. There is no agent behind them, only the script.
 */
final class AgentApi {

    private static final String NAME = "scripted-agent";

    private final Stage stage;

    AgentApi(Stage stage) {
        this.stage = stage;
    }

    void run(Visit visit) {
        JsonNode request = visit.call().json();
        stage.play(question(request), visit, new PlainAgentWire(), false);
    }

    void stream(Visit visit) {
        JsonNode request = visit.call().json();
        stage.play(question(request), visit, wire(request), true);
    }

    static void refuse(Visit visit, Refusal refusal) {
        visit.line().answer(refusal.status(), Json.write(Json.object().put("detail", refusal.text())));
    }

    private static Wire wire(JsonNode request) {
        if (request.has("threadId")) {
            return new AgUiWire(
                    request.path("threadId").asText(), request.path("runId").asText());
        }
        return request.path("trigger").asText("").isEmpty() ? new PlainAgentWire() : new VercelWire();
    }

    private static Question question(JsonNode request) {
        List<Said> said = new ArrayList<>();
        for (JsonNode message : request.path("messages")) {
            said.add(new Said(message.path("role").asText(""), text(message), ""));
        }
        if (said.isEmpty() && request.path("prompt").isTextual()) {
            said.add(new Said("user", request.path("prompt").textValue(), ""));
        }
        if (said.isEmpty()) {
            throw new Refusal(422, "messages: Field required");
        }
        return new Question(NAME, said, List.of(), Optional.empty(), false, Integer.MAX_VALUE);
    }

    /** The content, or the texts among the parts. */
    private static String text(JsonNode message) {
        if (!message.has("parts")) {
            return message.path("content").asText("");
        }
        StringBuilder text = new StringBuilder();
        message.path("parts").forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }
}
