package io.caravan.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.demo.Json.Fields;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Ollama's lines: a JSON object each, ended by a line feed. */
final class OllamaWire implements Wire {

    private final String model;
    private final boolean chat;

    /**
     * Lines of {@code /api/chat}, or of {@code /api/generate}.
     *
     * @param model as the request names it
     */
    OllamaWire(String model, boolean chat) {
        this.model = model;
        this.chat = chat;
    }

    @Override
    public String streamType() {
        return "application/x-ndjson";
    }

    @Override
    public Buffer thought(String text) {
        return ended(line(json -> say(json, text, "", List.of(), 0)));
    }

    @Override
    public Buffer text(String text) {
        return ended(line(json -> say(json, "", text, List.of(), 0)));
    }

    @Override
    public Buffer call(int index, ToolCall call) {
        return ended(line(json -> say(json, "", "", List.of(call), index)));
    }

    @Override
    public Buffer last(Reply reply, Tally tally, boolean terminated) {
        Buffer line = closing("", "", List.of(), reply.whole() ? "stop" : "length", json -> metrics(json, tally));
        return terminated ? ended(line) : line;
    }

    @Override
    public Buffer whole(Reply reply, Tally tally) {
        return closing(
                reply.thoughts().text(),
                reply.words().text(),
                reply.calls(),
                reply.whole() ? "stop" : "length",
                json -> metrics(json, tally));
    }

    @Override
    public Buffer error(String message) {
        return ended(Json.write(Json.object().put("error", message)));
    }

    /** The answer to a request that only loads the model, or unloads it. */
    Buffer loaded(String reason) {
        return closing("", "", List.of(), reason, json -> {});
    }

    private Buffer line(Fields said) {
        return Json.write(json -> {
            begin(json);
            said.writeTo(json);
            json.writeBooleanField("done", false);
        });
    }

    private Buffer closing(String thoughts, String text, List<ToolCall> calls, String reason, Fields more) {
        return Json.write(json -> {
            begin(json);
            say(json, thoughts, text, calls, 0);
            json.writeBooleanField("done", true);
            json.writeStringField("done_reason", reason);
            more.writeTo(json);
        });
    }

    private void begin(JsonGenerator json) throws IOException {
        json.writeStringField("model", model);
        json.writeStringField("created_at", Instant.now().toString());
    }

    /** @param first the number of the first of the calls in the answer */
    private void say(JsonGenerator json, String thoughts, String text, List<ToolCall> calls, int first)
            throws IOException {
        if (chat) {
            json.writeObjectFieldStart("message");
            json.writeStringField("role", "assistant");
        }
        json.writeStringField(chat ? "content" : "response", text);
        if (!thoughts.isEmpty()) {
            json.writeStringField("thinking", thoughts);
        }
        if (!calls.isEmpty()) {
            writeCalls(json, calls, first);
        }
        if (chat) {
            json.writeEndObject();
        }
    }

    private static void writeCalls(JsonGenerator json, List<ToolCall> calls, int first) throws IOException {
        json.writeArrayFieldStart("tool_calls");
        int index = first;
        for (ToolCall call : calls) {
            json.writeStartObject();
            json.writeStringField("id", call.id());
            json.writeObjectFieldStart("function");
            json.writeNumberField("index", index++);
            json.writeStringField("name", call.name());
            json.writeFieldName("arguments");
            json.writeTree(call.arguments());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Nanoseconds; as in Ollama, what is zero is left out. */
    private void metrics(JsonGenerator json, Tally tally) throws IOException {
        if (!chat) {
            writeContext(json, tally);
        }
        metric(json, "total_duration", tally.total());
        metric(json, "load_duration", tally.load());
        metric(json, "prompt_eval_count", tally.prompt());
        metric(json, "prompt_eval_duration", tally.first());
        metric(json, "eval_count", tally.pieces());
        metric(json, "eval_duration", tally.rest());
    }

    private static void metric(JsonGenerator json, String name, long value) throws IOException {
        if (value != 0) {
            json.writeNumberField(name, value);
        }
    }

    /** A number for every token, of the prompt too: what makes this line the longest of its stream. */
    private static void writeContext(JsonGenerator json, Tally tally) throws IOException {
        json.writeArrayFieldStart("context");
        for (int token = 1; token <= tally.prompt() + tally.pieces(); token++) {
            json.writeNumber(token);
        }
        json.writeEndArray();
    }

    private static Buffer ended(Buffer line) {
        return line.appendByte((byte) '\n');
    }
}
