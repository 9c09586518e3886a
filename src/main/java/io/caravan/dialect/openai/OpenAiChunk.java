package io.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.Usage;
import io.caravan.dialect.Json;
import io.caravan.dialect.JsonValue;
import io.caravan.dialect.ServerError;
import java.io.IOException;
import java.util.Optional;

/**
 * What one event of an answer in OpenAI's format says, or the whole answer in one document. Choices but the first are
 * passed over. Used again for each event.
 */
final class OpenAiChunk implements Json.Reader {

    OpenAiChoice first = new OpenAiChoice();
    boolean hasChoices;
    Optional<Usage> usage = Optional.empty();
    Optional<ServerError> error = Optional.empty();
    private OpenAiChoice other = new OpenAiChoice();
    private String object = "";
    private String message = "";

    @Override
    public void read(JsonParser json) throws IOException {
        clear();
        JsonValue.fields(json, this::field);
        if (object.equals("error") && error.isEmpty()) {
            error = Optional.of(new ServerError(message, "", ""));
        }
    }

    private void field(String field, JsonParser json) throws IOException {
        switch (field) {
            case "choices" -> JsonValue.objects(json, this::choice);
            case "usage" -> usage(Json.tree(json));
            case "error" -> error = ServerError.told(Json.tree(json));
            case "object" -> object = JsonValue.text(json);
            case "message" -> message = JsonValue.text(json);
            default -> json.skipChildren();
        }
    }

    private void clear() {
        first.clear();
        hasChoices = false;
        usage = Optional.empty();
        error = Optional.empty();
        object = "";
        message = "";
    }

    /** Which choice it is may be said last, so it is known only once it is read. */
    private void choice(JsonParser json) throws IOException {
        hasChoices = true;
        other.read(json);
        if (other.index == 0) {
            OpenAiChoice read = other;
            other = first;
            first = read;
        }
    }

    private void usage(JsonNode counts) {
        if (counts.isObject()) {
            long prompt = Json.count(counts.path("prompt_tokens"));
            usage = Optional.of(new Usage(prompt, Json.count(counts.path("completion_tokens"))));
        }
    }
}
