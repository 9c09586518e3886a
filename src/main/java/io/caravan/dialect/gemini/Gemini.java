package io.caravan.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatRequest;
import io.caravan.dialect.Answer;
import io.caravan.dialect.Dialect;
import io.caravan.dialect.Json;
import io.caravan.dialect.Judgement;
import io.caravan.dialect.ModelNames;
import io.caravan.dialect.ServerError;
import io.caravan.dialect.StreamedAnswer;
import io.caravan.dialect.ToolSchema;
import io.caravan.dialect.ToolSchemas;
import io.caravan.dialect.WebPage;
import io.caravan.failure.CaravanException;
import io.caravan.stream.SseEvents;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The wire format of Google's Gemini API: {@code POST /v1beta/models/MODEL:streamGenerateContent?alt=sse}, answered as
 * server-sent events, and {@code GET /v1beta/models}.
 */
public final class Gemini implements Dialect {

    private static final int LIMIT = 16 * 1024 * 1024;
    private static final String MODELS = "models/";
    private static final String TUNED_MODELS = "tunedModels/";

    private final int eventLimit;
    private final ToolSchemas schemas = new ToolSchemas("gemini", ToolSchema::withoutReferences);

    public Gemini() {
        this(LIMIT);
    }

    /** @param eventLimit how long an event of an answer may be, in bytes */
    public Gemini(int eventLimit) {
        this.eventLimit = eventLimit;
    }

    /**
     * Where a model is among the server's resources, fit for the path of a URL: {@code models/gemini-2.5-flash}. A name
     * may come with its {@code models/} or {@code tunedModels/}, or without.
     */
    public static String path(String model) {
        return model.startsWith(TUNED_MODELS)
                ? TUNED_MODELS + encoded(model.substring(TUNED_MODELS.length()))
                : MODELS + encoded(plain(model));
    }

    @Override
    public byte[] encode(ChatRequest request, String model) {
        return Json.write(new GeminiRequest(request, model, schemas));
    }

    @Override
    public Map<String, String> headers(Optional<String> apiKey) {
        return apiKey.map(key -> Map.of("x-goog-api-key", key)).orElse(Map.of());
    }

    @Override
    public Answer decode(InputStream body, String contentType) {
        if (WebPage.is(contentType)) {
            return new StreamedAnswer(out -> new WebPage(), body);
        }
        GeminiEvents events = new GeminiEvents(new SseEvents(body, eventLimit));
        return new StreamedAnswer(out -> new GeminiReader(events, out), body);
    }

    @Override
    public CaravanException failure(int status, Map<String, String> headers, byte[] body) {
        return Judgement.of(status, headers, ServerError.in(body));
    }

    /** A model may be named with and without its {@code models/}. */
    @Override
    public boolean means(String model, String listed) {
        return plain(model).equals(plain(listed));
    }

    /** Without a size of its own a page holds 50 models, and there are more; 1,000 is the most it may hold. */
    @Override
    public String modelsPath() {
        return "/v1beta/models?pageSize=1000";
    }

    /** Those that chat, as they are called in a request. */
    @Override
    public List<String> models(InputStream body) throws IOException {
        JsonNode answer = Json.tree(body.readNBytes(eventLimit));
        if (answer.isEmpty() && answer.isObject()) {
            return List.of(); // lists that are empty are left out
        }
        return ModelNames.in(answer.path("models"), "name", Gemini::chats).stream()
                .map(Gemini::plain)
                .toList();
    }

    private static boolean chats(JsonNode model) {
        JsonNode methods = model.path("supportedGenerationMethods");
        return methods.isMissingNode()
                || StreamSupport.stream(methods.spliterator(), false)
                        .anyMatch(method -> method.asText().equals("generateContent"));
    }

    private static String plain(String model) {
        return model.startsWith(MODELS) ? model.substring(MODELS.length()) : model;
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, UTF_8).replace("+", "%20");
    }
}
