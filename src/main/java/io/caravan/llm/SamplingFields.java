package io.caravan.llm;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.chat.Options;
import java.io.IOException;

/** The options of a request, which both formats call the same but for the longest answer. */
final class SamplingFields {

    private SamplingFields() {}

    static void write(JsonGenerator json, Options options, String maxTokensField) throws IOException {
        if (options.temperature().isPresent()) {
            json.writeNumberField("temperature", options.temperature().getAsDouble());
        }
        if (options.topP().isPresent()) {
            json.writeNumberField("top_p", options.topP().getAsDouble());
        }
        if (options.maxTokens().isPresent()) {
            json.writeNumberField(maxTokensField, options.maxTokens().getAsInt());
        }
        if (!options.stop().isEmpty()) {
            json.writeArrayFieldStart("stop");
            for (String stop : options.stop()) {
                json.writeString(stop);
            }
            json.writeEndArray();
        }
        if (options.seed().isPresent()) {
            json.writeNumberField("seed", options.seed().getAsLong());
        }
    }
}
