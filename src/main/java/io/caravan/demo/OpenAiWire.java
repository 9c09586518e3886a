package io.caravan.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.demo.Json.Fields;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** OpenAI's server-sent events: one JSON object each, after {@code data:}. */
final class OpenAiWire implements Wire {

    private final String id =
            "chatcmpl-" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
    private final long created = Instant.now().getEpochSecond();
    private final String model;
    private final boolean usage;
    private boolean begun;

    /**
     * Events of one answer.
     *
     * @param model as the request names it
     * @param usage whether the stream ends with the count of tokens
     */
    OpenAiWire(String model, boolean usage) {
        this.model = model;
        this.usage = usage;
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public Buffer thought(String text) {
        return delta(json -> {
            json.writeStringField("content", "");
            json.writeStringField("reasoning", text);
        });
    }

    @Override
    public Buffer text(String text) {
        return delta(json -> json.writeStringField("content", text));
    }

    /** In three events, as OpenAI does: the name, then the arguments in two halves. */
    @Override
    public Buffer call(int index, ToolCall call) {
        String arguments = call.arguments().toString();
        int half = arguments.length() / 2;
        return calls(index, json -> {
                    json.writeStringField("id", call.id());
                    json.writeStringField("type", "function");
                    json.writeObjectFieldStart("function");
                    json.writeStringField("name", call.name());
                    json.writeStringField("arguments", "");
                    json.writeEndObject();
                })
                .appendBuffer(calls(index, json -> arguments(json, arguments.substring(0, half))))
                .appendBuffer(calls(index, json -> arguments(json, arguments.substring(half))));
    }

    @Override
    public Buffer last(Reply reply, Tally tally, boolean terminated) {
        Buffer last = choice(json -> {}, finish(reply));
        if (usage) {
            last.appendBuffer(event(json -> {
                begin(json, "chat.completion.chunk");
                json.writeArrayFieldStart("choices");
                json.writeEndArray();
                count(json, tally);
            }));
        }
        return terminated ? last.appendString(Sse.DONE) : last;
    }

    @Override
    public Buffer whole(Reply reply, Tally tally) {
        return Json.write(json -> {
            begin(json, "chat.completion");
            json.writeArrayFieldStart("choices");
            json.writeStartObject();
            json.writeNumberField("index", 0);
            json.writeObjectFieldStart("message");
            message(json, reply);
            json.writeEndObject();
            json.writeStringField("finish_reason", finish(reply));
            json.writeEndObject();
            json.writeEndArray();
            count(json, tally);
        });
    }

    @Override
    public Buffer error(String message) {
        return Sse.event(OpenAiApi.error("api_error", message));
    }

    private static void message(JsonGenerator json, Reply reply) throws IOException {
        json.writeStringField("role", "assistant");
        String thoughts = reply.thoughts().text();
        if (!thoughts.isEmpty()) {
            json.writeStringField("reasoning", thoughts);
        }
        if (reply.calls().isEmpty()) {
            json.writeStringField("content", reply.words().text());
            return;
        }
        json.writeNullField("content");
        json.writeArrayFieldStart("tool_calls");
        for (ToolCall call : reply.calls()) {
            json.writeStartObject();
            json.writeStringField("id", call.id());
            json.writeStringField("type", "function");
            json.writeObjectFieldStart("function");
            json.writeStringField("name", call.name());
            json.writeStringField("arguments", call.arguments().toString());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static String finish(Reply reply) {
        if (!reply.calls().isEmpty()) {
            return "tool_calls";
        }
        return reply.whole() ? "stop" : "length";
    }

    private static void arguments(JsonGenerator json, String part) throws IOException {
        json.writeObjectFieldStart("function");
        json.writeStringField("arguments", part);
        json.writeEndObject();
    }

    private Buffer calls(int index, Fields call) {
        return delta(json -> {
            json.writeArrayFieldStart("tool_calls");
            json.writeStartObject();
            json.writeNumberField("index", index);
            call.writeTo(json);
            json.writeEndObject();
            json.writeEndArray();
        });
    }

    private Buffer delta(Fields delta) {
        boolean opens = !begun;
        begun = true;
        return choice(
                json -> {
                    if (opens) {
                        json.writeStringField("role", "assistant");
                    }
                    delta.writeTo(json);
                },
                "");
    }

    private Buffer choice(Fields delta, String finish) {
        return event(json -> {
            begin(json, "chat.completion.chunk");
            json.writeArrayFieldStart("choices");
            json.writeStartObject();
            json.writeNumberField("index", 0);
            json.writeObjectFieldStart("delta");
            delta.writeTo(json);
            json.writeEndObject();
            json.writeFieldName("finish_reason");
            json.writeString(finish.isEmpty() ? null : finish);
            json.writeEndObject();
            json.writeEndArray();
        });
    }

    private static Buffer event(Fields fields) {
        return Sse.event(Json.write(fields));
    }

    private void begin(JsonGenerator json, String object) throws IOException {
        json.writeStringField("id", id);
        json.writeStringField("object", object);
        json.writeNumberField("created", created);
        json.writeStringField("model", model);
        json.writeStringField("system_fingerprint", "fp_scripted");
    }

    private static void count(JsonGenerator json, Tally tally) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", tally.prompt());
        json.writeNumberField("completion_tokens", tally.pieces());
        json.writeNumberField("total_tokens", tally.prompt() + tally.pieces());
        json.writeEndObject();
    }
}
