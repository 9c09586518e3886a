package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The endpoints of Google's Gemini API that concern chats. */
final class GeminiApi {

    /** Where the models are, and where each is asked: {@code /v1beta/models/NAME:streamGenerateContent}. */
    static final String MODELS = "/v1beta/models";

    private static final Pattern QUESTION =
            Pattern.compile(Pattern.quote(MODELS) + "/([^/]+):(streamGenerateContent|generateContent)");

    private final Models models;
    private final Stage stage;

    GeminiApi(Models models, Stage stage) {
        this.models = models;
        this.stage = stage;
    }

    /** Whether a path is one that asks a model something. */
    static boolean asks(String path) {
        return QUESTION.matcher(path).matches();
    }

    void chat(Visit visit) {
        Matcher path = QUESTION.matcher(visit.call().path());
        if (!path.matches()) {
            throw new Refusal(404, "no such method");
        }
        JsonNode request = visit.call().json();
        String name = URLDecoder.decode(path.group(1).replace("+", "%2B"), StandardCharsets.UTF_8);
        Question question = GeminiRequest.question(request, name, models.find(name));
        boolean events = visit.call().query().contains("alt=sse");
        boolean streamed = path.group(2).startsWith("stream");
        stage.play(question, visit, new GeminiWire(name, events), streamed);
    }

    void models(Visit visit) {
        ObjectNode list = Json.object();
        ArrayNode entries = list.putArray("models");
        for (Model model : models.all()) {
            ObjectNode entry = entries.addObject()
                    .put("name", "models/" + model.name().replaceFirst(":latest$", ""))
                    .put("version", "scripted")
                    .put("displayName", model.name())
                    .put("description", "A scripted model: there is no language model behind it.")
                    .put("inputTokenLimit", 32768)
                    .put("outputTokenLimit", 32768);
            entry.putArray("supportedGenerationMethods").add("generateContent");
        }
        visit.line().answer(200, Json.write(list));
    }

    static void refuse(Visit visit, Refusal refusal) {
        visit.line().answer(refusal.status(), error(refusal.status(), refusal.text()));
    }

    /** As Google's servers write it: over several lines. */
    static Buffer error(int code, String message) {
        String status = switch (code) {
            case 400 -> "INVALID_ARGUMENT";
            case 404 -> "NOT_FOUND";
            default -> "INTERNAL";
        };
        ObjectNode error = Json.object();
        error.putObject("error").put("code", code).put("message", message).put("status", status);
        return Buffer.buffer(error.toPrettyString() + "\n");
    }
}
