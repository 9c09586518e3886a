package io.caravan.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.demo.Json.Fields;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

/** Anthropic's server-sent events: an answer is a row of blocks, each with a beginning, pieces and an end. */
final class AnthropicWire implements Wire {

    static final String SIGNATURE = "c2NyaXB0ZWQ=";

    private final String id =
            "msg_" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
    private final String model;
    private final int promptSize;
    private boolean begun;
    private String open = "";
    private int index = -1;

    /**
     * Events of one answer.
     *
     * @param model as the request names it
     * @param promptSize which the stream tells at its beginning
     */
    AnthropicWire(String model, int promptSize) {
        this.model = model;
        this.promptSize = promptSize;
    }

    @Override
    public String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    public Buffer thought(String text) {
        return block("thinking", json -> {
                    json.writeStringField("thinking", "");
                    json.writeStringField("signature", "");
                })
                .appendBuffer(delta("thinking_delta", "thinking", text));
    }

    @Override
    public Buffer text(String text) {
        return block("text", json -> json.writeStringField("text", "")).appendBuffer(delta("text_delta", "text", text));
    }

    /** A block of its own, the arguments in two halves. */
    @Override
    public Buffer call(int number, ToolCall call) {
        String arguments = call.arguments().toString();
        int half = arguments.length() / 2;
        Buffer events = block("tool_use", json -> {
            json.writeStringField("id", call.id());
            json.writeStringField("name", call.name());
            json.writeObjectFieldStart("input");
            json.writeEndObject();
        });
        return events.appendBuffer(delta("input_json_delta", "partial_json", arguments.substring(0, half)))
                .appendBuffer(delta("input_json_delta", "partial_json", arguments.substring(half)))
                .appendBuffer(end());
    }

    @Override
    public Buffer last(Reply reply, Tally tally, boolean terminated) {
        Buffer last = begin().appendBuffer(end()).appendBuffer(event("message_delta", json -> {
            json.writeObjectFieldStart("delta");
            stop(json, reply);
            json.writeEndObject();
            json.writeObjectFieldStart("usage");
            json.writeNumberField("output_tokens", tally.pieces());
            json.writeEndObject();
        }));
        return terminated ? last.appendBuffer(event("message_stop", json -> {})) : last;
    }

    @Override
    public Buffer whole(Reply reply, Tally tally) {
        return Json.write(json -> {
            message(json, () -> blocks(json, reply));
            stop(json, reply);
            usage(json, tally.pieces());
        });
    }

    @Override
    public Buffer error(String message) {
        return Sse.event("error", AnthropicApi.error("api_error", message));
    }

    private static void blocks(JsonGenerator json, Reply reply) throws IOException {
        if (reply.thoughts().count() > 0) {
            json.writeStartObject();
            json.writeStringField("type", "thinking");
            json.writeStringField("thinking", reply.thoughts().text());
            json.writeStringField("signature", SIGNATURE);
            json.writeEndObject();
        }
        if (reply.words().count() > 0) {
            json.writeStartObject();
            json.writeStringField("type", "text");
            json.writeStringField("text", reply.words().text());
            json.writeEndObject();
        }
        for (ToolCall call : reply.calls()) {
            json.writeStartObject();
            json.writeStringField("type", "tool_use");
            json.writeStringField("id", call.id());
            json.writeStringField("name", call.name());
            json.writeFieldName("input");
            json.writeRawValue(call.arguments().toString());
            json.writeEndObject();
        }
    }

    private static void stop(JsonGenerator json, Reply reply) throws IOException {
        String whole = reply.calls().isEmpty() ? "end_turn" : "tool_use";
        json.writeStringField("stop_reason", reply.whole() ? whole : "max_tokens");
        json.writeNullField("stop_sequence");
    }

    /** The beginning of a stream, once, and a ping after it, as Anthropic does. */
    private Buffer begin() {
        if (begun) {
            return Buffer.buffer();
        }
        begun = true;
        return event("message_start", json -> {
                    json.writeObjectFieldStart("message");
                    message(json, () -> {});
                    json.writeNullField("stop_reason");
                    json.writeNullField("stop_sequence");
                    usage(json, 1);
                    json.writeEndObject();
                })
                .appendBuffer(event("ping", json -> {}));
    }

    /** The beginning of a block, unless one of the kind is open that can go on. */
    private Buffer block(String kind, Fields fields) {
        if (open.equals(kind)) {
            return Buffer.buffer();
        }
        Buffer events = begin().appendBuffer(end());
        open = kind;
        index++;
        return events.appendBuffer(event("content_block_start", json -> {
            json.writeNumberField("index", index);
            json.writeObjectFieldStart("content_block");
            json.writeStringField("type", kind);
            fields.writeTo(json);
            json.writeEndObject();
        }));
    }

    private Buffer delta(String kind, String field, String piece) {
        return event("content_block_delta", json -> {
            json.writeNumberField("index", index);
            json.writeObjectFieldStart("delta");
            json.writeStringField("type", kind);
            json.writeStringField(field, piece);
            json.writeEndObject();
        });
    }

    /** The end of the open block; what was thought is signed. */
    private Buffer end() {
        if (open.isEmpty()) {
            return Buffer.buffer();
        }
        Buffer events = open.equals("thinking") ? delta("signature_delta", "signature", SIGNATURE) : Buffer.buffer();
        open = "";
        return events.appendBuffer(event("content_block_stop", json -> json.writeNumberField("index", index)));
    }

    private static Buffer event(String type, Fields fields) {
        return Sse.event(type, Json.write(type, fields));
    }

    private void message(JsonGenerator json, Content content) throws IOException {
        json.writeStringField("id", id);
        json.writeStringField("type", "message");
        json.writeStringField("role", "assistant");
        json.writeStringField("model", model);
        json.writeArrayFieldStart("content");
        content.write();
        json.writeEndArray();
    }

    private void usage(JsonGenerator json, int output) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", promptSize);
        json.writeNumberField("cache_creation_input_tokens", 0);
        json.writeNumberField("cache_read_input_tokens", 0);
        json.writeNumberField("output_tokens", output);
        json.writeEndObject();
    }

    /** Writes the blocks of a message. */
    @FunctionalInterface
    private interface Content {
        void write() throws IOException;
    }
}
