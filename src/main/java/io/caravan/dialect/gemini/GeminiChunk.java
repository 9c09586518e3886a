package io.caravan.dialect.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.Usage;
import io.caravan.dialect.Json;
import io.caravan.dialect.JsonValue;
import io.caravan.dialect.ServerError;
import java.io.IOException;
import java.util.Optional;

/**
 * What one response object of Gemini's says: an event of a stream, or the whole answer. Candidates but the first are
 * passed over. Used again for each event.
 */
final class GeminiChunk implements Json.Reader {

    GeminiCandidate first = new GeminiCandidate();
    boolean hasCandidates;
    String blockReason = "";
    Optional<Usage> usage = Optional.empty();
    Optional<ServerError> error = Optional.empty();
    private GeminiCandidate other = new GeminiCandidate();

    @Override
    public void read(JsonParser json) throws IOException {
        clear();
        JsonValue.fields(json, this::field);
    }

    private void field(String field, JsonParser json) throws IOException {
        switch (field) {
            case "candidates" -> JsonValue.objects(json, this::candidate);
            case "promptFeedback" -> promptFeedback(json);
            case "usageMetadata" -> usage(Json.tree(json));
            case "error" -> error = ServerError.told(Json.tree(json));
            default -> json.skipChildren();
        }
    }

    void clear() {
        first.clear();
        hasCandidates = false;
        blockReason = "";
        usage = Optional.empty();
        error = Optional.empty();
    }

    /** Which candidate it is may be said last, so it is known only once it is read. */
    private void candidate(JsonParser json) throws IOException {
        hasCandidates = true;
        other.read(json);
        if (other.index == 0) {
            GeminiCandidate read = other;
            other = first;
            first = read;
        }
    }

    private void promptFeedback(JsonParser json) throws IOException {
        blockReason = Json.tree(json).path("blockReason").asText("");
    }

    /** What the model thought is written and paid for, but not counted among the candidates' tokens. */
    private void usage(JsonNode counts) {
        if (counts.isObject()) {
            long prompt = sum(counts, "promptTokenCount", "toolUsePromptTokenCount");
            usage = Optional.of(new Usage(prompt, sum(counts, "candidatesTokenCount", "thoughtsTokenCount")));
        }
    }

    private static long sum(JsonNode counts, String one, String other) {
        return Json.count(counts.path(one)) + Json.count(counts.path(other));
    }
}
