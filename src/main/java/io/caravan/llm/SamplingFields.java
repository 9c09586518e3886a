package io.caravan.llm;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.chat.Options;
import java.io.IOException;

/** The options of a request, under the names each format has for them. */
final class SamplingFields {

    /** Gemini's names. */
    static final Names GEMINI = new Names("topP", "maxOutputTokens", "stopSequences");

    /** What is not called the same everywhere. */
    record Names(String topP, String maxTokens, String stop) {}

    private SamplingFields() {}

    static void write(JsonGenerator json, Options options, String maxTokensField) throws IOException {
        write(json, options, new Names("top_p", maxTokensField, "stop"));
    }

    static void write(JsonGenerator json, Options options, Names names) throws IOException {
        if (options.temperature().isPresent()) {
            json.writeNumberField("temperature", options.temperature().getAsDouble());
        }
        if (options.topP().isPresent()) {
            json.writeNumberField(names.topP(), options.topP().getAsDouble());
        }
        if (options.maxTokens().isPresent()) {
            json.writeNumberField(names.maxTokens(), options.maxTokens().getAsInt());
        }
        if (!options.stop().isEmpty()) {
            json.writeArrayFieldStart(names.stop());
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
