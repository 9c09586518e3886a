package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The endpoints of Anthropic's that Caravan calls. Any key will do, or none. */
final class AnthropicApi {

    /** The header that tells a request in this format; Anthropic refuses one without it. */
    static final String VERSION = "anthropic-version";

    private final Models models;
    private final Stage stage;
    private final Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    AnthropicApi(Models models, Stage stage) {
        this.models = models;
        this.stage = stage;
    }

    void messages(Visit visit) {
        if (!visit.call().headers().containsKey(VERSION)) {
            throw new Refusal(400, VERSION + ": header is required");
        }
        JsonNode request = visit.call().json();
        Question question = AnthropicRequest.question(request, models);
        boolean streamed = request.path("stream").asBoolean(false);
        stage.play(question, visit, new AnthropicWire(question.model(), question.size()), streamed);
    }

    void models(Visit visit) {
        ObjectNode list = Json.object();
        ArrayNode data = list.putArray("data");
        for (Model model : models.all()) {
            String name = model.name().replaceFirst(":latest$", ""); // tags are Ollama's
            data.addObject()
                    .put("type", "model")
                    .put("id", name)
                    .put("display_name", name)
                    .put("created_at", started.toString());
        }
        list.put("has_more", false);
        list.set("first_id", data.path(0).path("id"));
        list.set("last_id", data.path(data.size() - 1).path("id"));
        visit.line().answer(200, Json.write(list));
    }

    static void refuse(Visit visit, Refusal refusal) {
        String type = switch (refusal.status()) {
            case 404 -> "not_found_error";
            case 500 -> "api_error";
            default -> "invalid_request_error";
        };
        visit.line().answer(refusal.status(), error(type, refusal.text()));
    }

    static Buffer error(String type, String message) {
        ObjectNode error = Json.object().put("type", "error");
        error.putObject("error").put("type", type).put("message", message);
        return Json.write(error);
    }
}
