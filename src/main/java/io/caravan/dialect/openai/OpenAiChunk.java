package io.caravan.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.Usage;
import io.caravan.dialect.Json;
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

    @Override
    public void read(JsonParser json) throws IOException {
        clear();
        String object = "";
        String message = "";
        String field;
        while ((field = json.nextFieldName()) != null) {
            json.nextToken();
            switch (field) {
                case "choices" -> choices(json);
                case "usage" -> usage(json);
                case "error" -> error(json);
                case "object" -> object = Json.text(json);
                case "message" -> message = Json.text(json);
                default -> json.skipChildren();
            }
        }
        if (object.equals("error") && error.isEmpty()) {
            error = Optional.of(new ServerError(message, "", ""));
        }
    }

    private void clear() {
        first.clear();
        hasChoices = false;
        usage = Optional.empty();
        error = Optional.empty();
    }

    private void choices(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                hasChoices = true;
                choice(json);
            } else {
                json.skipChildren();
            }
        }
    }

    /** Which choice it is may be said last, so it is known only once it is read. */
    private void choice(JsonParser json) throws IOException {
        other.read(json);
        if (other.index == 0) {
            OpenAiChoice read = other;
            other = first;
            first = read;
        }
    }

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
                case "prompt_tokens" -> prompt = Json.count(json);
                case "completion_tokens" -> completion = Json.count(json);
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
