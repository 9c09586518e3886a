package io.caravan.dialect.gemini;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.Usage;
import io.caravan.dialect.Json;
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
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "candidates" -> candidates(json);
                case "promptFeedback" -> promptFeedback(json);
                case "usageMetadata" -> usage(json);
                case "error" -> error(json);
                default -> json.skipChildren();
            }
        }
    }

    void clear() {
        first.clear();
        hasCandidates = false;
        blockReason = "";
        usage = Optional.empty();
        error = Optional.empty();
    }

    private void candidates(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                hasCandidates = true;
                candidate(json);
            } else {
                json.skipChildren();
            }
        }
    }

    /** Which candidate it is may be said last, so it is known only once it is read. */
    private void candidate(JsonParser json) throws IOException {
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
    private void usage(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return;
        }
        long prompt = 0;
        long completion = 0;
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "promptTokenCount", "toolUsePromptTokenCount" -> prompt += Json.count(json);
                case "candidatesTokenCount", "thoughtsTokenCount" -> completion += Json.count(json);
                default -> json.skipChildren();
            }
        }
        usage = Optional.of(new Usage(prompt, completion));
    }

    private void error(JsonParser json) throws IOException {
        JsonNode said = Json.tree(json);
        if (ServerError.isError(said)) {
            error = Optional.of(ServerError.of(said));
        }
    }
}
