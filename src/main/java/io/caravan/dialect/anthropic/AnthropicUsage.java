package io.caravan.dialect.anthropic;

import com.fasterxml.jackson.core.JsonParser;
import io.caravan.chat.Usage;
import io.caravan.dialect.JsonValue;
import java.io.IOException;

/**
 * The tokens of one answer in Anthropic's format. Each count is told again with its last value, never as a difference, so
 * a later one replaces an earlier; what is not told again stands. Not thread-safe.
 */
final class AnthropicUsage {

    private long input;
    private long writtenToCache;
    private long readFromCache;
    private long output;

    /** Takes the counts of a {@code usage} the parser stands on; of anything but an object none. */
    void read(JsonParser json) throws IOException {
        JsonValue.fields(json, this::field);
    }

    /** Tokens of the prompt that came from a cache, or went to one, are told apart from the others and are all read. */
    Usage usage() {
        return new Usage(input + writtenToCache + readFromCache, output);
    }

    private void field(String field, JsonParser json) throws IOException {
        if (json.currentToken().isNumeric()) {
            count(field, JsonValue.count(json));
        } else {
            json.skipChildren();
        }
    }

    private void count(String field, long tokens) {
        switch (field) {
            case "input_tokens" -> input = tokens;
            case "cache_creation_input_tokens" -> writtenToCache = tokens;
            case "cache_read_input_tokens" -> readFromCache = tokens;
            case "output_tokens" -> output = tokens;
            default -> {}
        }
    }
}
