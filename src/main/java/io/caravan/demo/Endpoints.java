package io.caravan.demo;

import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Which method on which path does what. */
final class Endpoints {

    private static final Map<String, String> TEXT = Map.of("Content-Type", "text/plain; charset=utf-8");
    private static final String HELLO =
            "Caravan's scripted model is running. It speaks the wire protocols of Ollama, OpenAI, Anthropic,"
                    + " Gemini and agent backends, and answers from a script: there is no language model behind it.";

    private final Map<String, Map<String, Consumer<Visit>>> table;
    private final GeminiApi gemini;

    Endpoints(OllamaApi ollama, OpenAiApi openAi, AnthropicApi anthropic, GeminiApi gemini, AgentApi agent) {
        this.gemini = gemini;
        Consumer<Visit> hello = visit -> visit.line().answer(200, TEXT, Buffer.buffer(HELLO));
        this.table = new HashMap<>(Map.of(
                "/", Map.of("GET", hello, "HEAD", hello),
                "/api/chat", Map.of("POST", ollama::chat),
                "/api/generate", Map.of("POST", ollama::generate),
                "/api/tags", Map.of("GET", ollama::tags, "HEAD", ollama::tags),
                "/api/ps", Map.of("GET", ollama::running),
                "/api/show", Map.of("POST", ollama::show),
                "/api/version", Map.of("GET", ollama::version, "HEAD", ollama::version),
                "/v1/chat/completions", Map.of("POST", openAi::chat),
                "/v1/messages", Map.of("POST", anthropic::messages),
                "/v1/models", Map.of("GET", visit -> models(visit, openAi, anthropic))));
        table.put("/run", Map.of("POST", agent::run));
        table.put("/stream", Map.of("POST", agent::stream));
    }

    /** Whether a path is one that asks the model something. */
    static boolean asks(Call call) {
        return switch (call.path()) {
            case "/api/chat", "/api/generate", "/v1/chat/completions", "/v1/messages", "/run", "/stream" -> true;
            default -> GeminiApi.asks(call.path());
        };
    }

    void serve(Visit visit) {
        Map<String, Consumer<Visit>> methods = methods(visit.call().path());
        Consumer<Visit> endpoint = methods.get(visit.call().method());
        if (methods.isEmpty()) {
            visit.line().answer(404, TEXT, Buffer.buffer("404 page not found"));
        } else if (endpoint == null) {
            visit.line().answer(405, TEXT, Buffer.buffer("405 method not allowed"));
        } else {
            serve(visit, endpoint);
        }
    }

    private Map<String, Consumer<Visit>> methods(String path) {
        if (path.equals(GeminiApi.MODELS)) {
            return Map.of("GET", gemini::models);
        }
        return GeminiApi.asks(path) ? Map.of("POST", gemini::chat) : table.getOrDefault(path, Map.of());
    }

    /** The one path two formats share. */
    private static void models(Visit visit, OpenAiApi openAi, AnthropicApi anthropic) {
        if (visit.call().headers().containsKey(AnthropicApi.VERSION)) {
            anthropic.models(visit);
        } else {
            openAi.models(visit);
        }
    }

    private static void serve(Visit visit, Consumer<Visit> endpoint) {
        BiConsumer<Visit, Refusal> refuse = refusal(visit.call().path());
        try {
            endpoint.accept(visit);
        } catch (Refusal refusal) {
            refuse.accept(visit, refusal);
        } catch (RuntimeException unexpected) {
            refuse.accept(visit, new Refusal(500, unexpected.toString()));
        }
    }

    private static BiConsumer<Visit, Refusal> refusal(String path) {
        if (path.startsWith(GeminiApi.MODELS)) {
            return GeminiApi::refuse;
        } else if (path.equals("/v1/messages")) {
            return AnthropicApi::refuse;
        } else if (path.equals("/run") || path.equals("/stream")) {
            return AgentApi::refuse;
        }
        return path.startsWith("/v1/") ? OpenAiApi::refuse : OllamaApi::refuse;
    }
}
