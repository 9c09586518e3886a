package io.caravan.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.chat.Options;
import java.io.IOException;

/** The options of a request, under the names each format has for them. */
public final class SamplingFields {

    /** What is not called the same everywhere. */
    public record Names(String topP, String maxTokens, String stop) {}

    private SamplingFields() {}

    /** Writes those that the request sets, under OpenAI's names but for the longest answer. */
    public static void write(JsonGenerator json, Options options, String maxTokensField) throws IOException {
        write(json, options, new Names("top_p", maxTokensField, "stop"));
    }

    /** Writes those that the request sets. */
    public static void write(JsonGenerator json, Options options, Names names) throws IOException {
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
