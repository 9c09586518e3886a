package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/** The endpoints of OpenAI's that a compatible server has. */
final class OpenAiApi {

    private final Models models;
    private final Stage stage;
    private final long started = Instant.now().getEpochSecond();

    OpenAiApi(Models models, Stage stage) {
        this.models = models;
        this.stage = stage;
    }

    void chat(Visit visit) {
        JsonNode request = visit.call().json();
        String name = request.path("model").asText("");
        if (name.isEmpty()) {
            throw new Refusal(400, "you must provide a model parameter");
        }
        Question question = OpenAiRequest.question(request, models.find(name));
        boolean usage = request.path("stream_options").path("include_usage").asBoolean(false);
        boolean streamed = request.path("stream").asBoolean(false);
        stage.play(question, visit, new OpenAiWire(name, usage), streamed);
    }

    void models(Visit visit) {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        for (Model model : models.all()) {
            data.addObject()
                    .put("id", model.name())
                    .put("object", "model")
                    .put("created", started)
                    .put("owned_by", "caravan");
        }
        visit.line().answer(200, Json.write(list));
    }

    static void refuse(Visit visit, Refusal refusal) {
        String type = refusal.status() == 404 ? "not_found_error" : "invalid_request_error";
        visit.line().answer(refusal.status(), error(type, refusal.text()));
    }

    static Buffer error(String type, String message) {
        ObjectNode error = Json.object().put("message", message).put("type", type);
        error.putNull("param").putNull("code");
        return Json.write(Json.object().<ObjectNode>set("error", error));
    }
}
