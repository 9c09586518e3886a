package io.caravan.dialect.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Message.Role;
import io.caravan.chat.Options;
import io.caravan.chat.Tool;
import io.caravan.dialect.Json;
import io.caravan.dialect.ToolFields;
import io.caravan.dialect.ToolSchemas;
import io.caravan.failure.RejectedException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The body of {@code POST /v1/messages}. A longest answer has to be named, so where nobody does it is
 * {@value #MAX_TOKENS} tokens. A seed is left out: the format has none.
 */
record AnthropicRequest(ChatRequest request, String model, ToolSchemas schemas) implements Json.Writing {

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
        tools(json);
        json.writeBooleanField("stream", true);
        if (request.format().isPresent()) {
            outputFormat(json, request.format().get());
        }
        options(json, request.options());
        json.writeEndObject();
    }

    /** Where the conversation has calls there have to be tools: if nothing is offered, those that were called. */
    private void tools(JsonGenerator json) throws IOException {
        List<Tool> tools = request.tools().isEmpty() ? called() : request.tools();
        if (tools.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("tools");
        for (Tool tool : tools) {
            json.writeStartObject();
            ToolFields.declare(json, tool, "input_schema", schemas);
            json.writeEndObject();
        }
        json.writeEndArray();
        if (request.tools().isEmpty() || !request.mayCallTools()) {
            json.writeObjectFieldStart("tool_choice");
            json.writeStringField("type", "none");
            json.writeEndObject();
        }
    }

    private List<Tool> called() {
        return request.messages().stream()
                .flatMap(message -> message.toolCalls().stream())
                .map(ToolCall::name)
                .distinct()
                .map(name -> new Tool(name, "", MissingNode.getInstance()))
                .toList();
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
