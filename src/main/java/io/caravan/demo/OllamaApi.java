package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Ollama's own endpoints. */
final class OllamaApi {

    private static final String VERSION = "0.0.0-scripted";

    private final Models models;
    private final Stage stage;
    private final Instant started = Instant.now();

    OllamaApi(Models models, Stage stage) {
        this.models = models;
        this.stage = stage;
    }

    void chat(Visit visit) {
        JsonNode request = visit.call().json();
        String name = OllamaRequest.model(request);
        if (name.isEmpty()) {
            throw new Refusal(400, "model is required");
        }
        answer(visit, request, models.find(name), true);
    }

    void generate(Visit visit) {
        JsonNode request = visit.call().json();
        answer(visit, request, models.find(OllamaRequest.model(request)), false);
    }

    private void answer(Visit visit, JsonNode request, Model model, boolean chat) {
        OllamaWire wire = new OllamaWire(OllamaRequest.model(request), chat);
        Question question = OllamaRequest.question(request, model);
        if (question.said().isEmpty()) {
            boolean unloads = request.path("keep_alive").asText("").equals("0");
            visit.line().answer(200, wire.loaded(unloads ? "unload" : "load"));
            return;
        }
        stage.play(question, visit, wire, request.path("stream").asBoolean(true));
    }

    void tags(Visit visit) {
        visit.line().answer(200, list(false));
    }

    void running(Visit visit) {
        visit.line().answer(200, list(true));
    }

    void show(Visit visit) {
        JsonNode request = visit.call().json();
        Model model =
                models.find(request.path("model").asText(request.path("name").asText()));
        ObjectNode shown = Json.object()
                .put("license", "A scripted model: no weights, no licence.")
                .put("template", "{{ .Prompt }}");
        shown.set("details", details());
        shown.set("model_info", Json.object().put("general.architecture", "scripted"));
        shown.set("capabilities", Json.MAPPER.valueToTree(model.capabilities()));
        visit.line().answer(200, Json.write(shown.put("modified_at", started.toString())));
    }

    void version(Visit visit) {
        visit.line().answer(200, Json.write(Json.object().put("version", VERSION)));
    }

    static void refuse(Visit visit, Refusal refusal) {
        visit.line().answer(refusal.status(), Json.write(Json.object().put("error", refusal.text())));
    }

    private Buffer list(boolean running) {
        ObjectNode list = Json.object();
        ArrayNode entries = list.putArray("models");
        for (Model model : models.all()) {
            ObjectNode entry = entries.addObject().put("name", model.name()).put("model", model.name());
            if (!running) {
                entry.put("modified_at", started.toString());
            }
            entry.put("size", 0).put("digest", digest(model)).set("details", details());
            if (running) {
                entry.put(
                                "expires_at",
                                Instant.now().plus(5, ChronoUnit.MINUTES).toString())
                        .put("size_vram", 0)
                        .put("context_length", 32768);
            } else {
                entry.set("capabilities", Json.MAPPER.valueToTree(model.capabilities()));
            }
        }
        return Json.write(list);
    }

    private static ObjectNode details() {
        ObjectNode details =
                Json.object().put("parent_model", "").put("format", "script").put("family", "scripted");
        details.putArray("families").add("scripted");
        return details.put("parameter_size", "0").put("quantization_level", "none");
    }

    private static String digest(Model model) {
        String half = UUID.nameUUIDFromBytes(model.name().getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
        return half + half;
    }
}
