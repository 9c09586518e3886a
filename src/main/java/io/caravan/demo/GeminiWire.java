package io.caravan.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.demo.Json.Fields;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Gemini's stream: the response object again and again, with what is new; as server-sent events, or as one JSON list for
 * those who do not ask for events. Nothing marks its end but the finish reason.
 */
final class GeminiWire implements Wire {

    static final String SIGNATURE = "c2NyaXB0ZWQ=";

    private final String id = Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
    private final String model;
    private final boolean events;
    private boolean begun;

    /**
     * The stream of one answer.
     *
     * @param model as the request names it
     * @param events whether server-sent events are asked for
     */
    GeminiWire(String model, boolean events) {
        this.model = model;
        this.events = events;
    }

    @Override
    public String streamType() {
        return events ? "text/event-stream" : "application/json; charset=UTF-8";
    }

    @Override
    public Buffer thought(String text) {
        return part(json -> {
            json.writeStringField("text", text);
            json.writeBooleanField("thought", true);
        });
    }

    @Override
    public Buffer text(String text) {
        return part(json -> json.writeStringField("text", text));
    }

    /** Whole; a signature goes with the first. */
    @Override
    public Buffer call(int index, ToolCall call) {
        return part(json -> call(json, index, call));
    }

    /** Where the end is left out, so is the line end that makes an event of the last object, or the end of the list. */
    @Override
    public Buffer last(Reply reply, Tally tally, boolean terminated) {
        Buffer last = framed(object(json -> {
            candidate(json, one -> one.writeStringField("text", ""), finish(reply));
            count(json, tally);
        }));
        if (events) {
            return terminated ? last : last.getBuffer(0, last.length() - 2);
        }
        return terminated ? last.appendString("\n]\n") : last;
    }

    @Override
    public Buffer whole(Reply reply, Tally tally) {
        return object(json -> {
            candidate(json, one -> parts(one, reply), finish(reply));
            count(json, tally);
        });
    }

    /** As it comes from Google's servers in mid-stream: no event, but a JSON document over several lines. */
    @Override
    public Buffer error(String message) {
        Buffer error = GeminiApi.error(500, message);
        return events ? error : separated(error).appendString("]\n");
    }

    private static void parts(JsonGenerator json, Reply reply) throws IOException {
        String thoughts = reply.thoughts().text();
        if (!thoughts.isEmpty()) {
            json.writeStringField("text", thoughts);
            json.writeBooleanField("thought", true);
            next(json);
        }
        json.writeStringField("text", reply.words().text());
        for (int index = 0; index < reply.calls().size(); index++) {
            next(json);
            call(json, index, reply.calls().get(index));
        }
    }

    private static void next(JsonGenerator json) throws IOException {
        json.writeEndObject();
        json.writeStartObject();
    }

    private static void call(JsonGenerator json, int index, ToolCall call) throws IOException {
        json.writeObjectFieldStart("functionCall");
        json.writeStringField("id", call.id());
        json.writeStringField("name", call.name());
        json.writeFieldName("args");
        json.writeTree(call.arguments());
        json.writeEndObject();
        if (index == 0) {
            json.writeStringField("thoughtSignature", SIGNATURE);
        }
    }

    private static String finish(Reply reply) {
        return reply.whole() ? "STOP" : "MAX_TOKENS";
    }

    private Buffer part(Fields part) {
        return framed(object(json -> candidate(json, part, "")));
    }

    private Buffer framed(Buffer object) {
        return events ? Buffer.buffer("data: ").appendBuffer(object).appendString("\r\n\r\n") : separated(object);
    }

    private Buffer separated(Buffer object) {
        String before = begun ? "\n,\r\n" : "[";
        begun = true;
        return Buffer.buffer(before).appendBuffer(object);
    }

    private static void candidate(JsonGenerator json, Fields part, String finish) throws IOException {
        json.writeArrayFieldStart("candidates");
        json.writeStartObject();
        json.writeObjectFieldStart("content");
        json.writeArrayFieldStart("parts");
        json.writeStartObject();
        part.writeTo(json);
        json.writeEndObject();
        json.writeEndArray();
        json.writeStringField("role", "model");
        json.writeEndObject();
        if (!finish.isEmpty()) {
            json.writeStringField("finishReason", finish);
        }
        json.writeNumberField("index", 0);
        json.writeEndObject();
        json.writeEndArray();
    }

    private Buffer object(Fields fields) {
        return Json.write(json -> {
            fields.writeTo(json);
            json.writeStringField("modelVersion", model);
            json.writeStringField("responseId", id);
        });
    }

    private static void count(JsonGenerator json, Tally tally) throws IOException {
        json.writeObjectFieldStart("usageMetadata");
        json.writeNumberField("promptTokenCount", tally.prompt());
        json.writeNumberField("candidatesTokenCount", tally.pieces());
        json.writeNumberField("totalTokenCount", tally.prompt() + tally.pieces());
        json.writeEndObject();
    }
}
