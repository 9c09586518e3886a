package io.caravan.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON in and out. */
final class Json {

    static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonFactory FACTORY = MAPPER.getFactory();

    /** Writes the fields of one object. */
    @FunctionalInterface
    interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** An object in UTF-8, written without a tree: this is the way of every chunk. */
    static Buffer write(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            fields.writeTo(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    /** An object whose first field tells of what type it is. */
    static Buffer write(String type, Fields fields) {
        return write(json -> {
            json.writeStringField("type", type);
            fields.writeTo(json);
        });
    }

    static Buffer write(JsonNode node) {
        return Buffer.buffer(node.toString());
    }

    /** The JSON object in a request's body. */
    static JsonNode read(String body) {
        if (body.isBlank()) {
            throw new Refusal(400, "missing request body");
        }
        try {
            JsonNode node = MAPPER.readTree(body);
            if (!node.isObject()) {
                throw new Refusal(400, "the request body is not a JSON object");
            }
            return node;
        } catch (JsonEOFException e) {
            throw new Refusal(400, "unexpected EOF");
        } catch (JsonProcessingException e) {
            throw new Refusal(400, e.getOriginalMessage());
        }
    }
}
