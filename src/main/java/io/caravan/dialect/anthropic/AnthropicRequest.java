package io.caravan.dialect.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message.Role;
import io.caravan.chat.Options;
import io.caravan.dialect.Json;
import io.caravan.failure.RejectedException;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The body of {@code POST /v1/messages}. A longest answer has to be named, so where nobody does it is
 * {@value #MAX_TOKENS} tokens. A seed is left out: the format has none.
 */
record AnthropicRequest(ChatRequest request, String model) implements Json.Writing {

    static final int MAX_TOKENS = 4096;

    @Override
    public void to(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("model", model);
        json.writeNumberField("max_tokens", request.options().maxTokens().orElse(MAX_TOKENS));
        String system = system();
        if (!system.isEmpty()) {
            json.writeStringField("system", system);
        }
        json.writeArrayFieldStart("messages");
        for (AnthropicTurn turn : AnthropicTurn.of(request.messages())) {
            turn.to(json);
        }
        json.writeEndArray();
        json.writeBooleanField("stream", true);
        if (request.format().isPresent()) {
            outputFormat(json, request.format().get());
        }
        options(json, request.options());
        json.writeEndObject();
    }

    /** No message has the role of the system, so what it says is gathered, in order. */
    private String system() {
        Stream<String> said = request.messages().stream()
                .filter(message -> message.role() == Role.SYSTEM)
                .map(message -> message.content());
        return Stream.concat(request.system().stream(), said)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("\n\n"));
    }

    private static void outputFormat(JsonGenerator json, JsonNode format) throws IOException {
        if (!format.isObject()) {
            throw RejectedException.invalid("the format \"json\" cannot be asked of a provider of type anthropic,"
                    + " which needs to know the form: give a JSON Schema as format");
        }
        json.writeObjectFieldStart("output_config");
        json.writeObjectFieldStart("format");
        json.writeStringField("type", "json_schema");
        json.writePOJOField("schema", ClosedSchema.of(format));
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void options(JsonGenerator json, Options options) throws IOException {
        if (options.temperature().isPresent()) {
            json.writeNumberField("temperature", options.temperature().getAsDouble());
        }
        if (options.topP().isPresent()) {
            json.writeNumberField("top_p", options.topP().getAsDouble());
        }
        if (!options.stop().isEmpty()) {
            json.writeArrayFieldStart("stop_sequences");
            for (String stop : options.stop()) {
                json.writeString(stop);
            }
            json.writeEndArray();
        }
    }
}
