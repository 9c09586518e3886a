package io.caravan.demo;

import io.caravan.demo.Json.Fields;
import io.vertx.core.buffer.Buffer;

/** The UI message stream of Vercel's AI SDK, from {@code start} to {@code [DONE]}. */
final class VercelWire implements Wire {

    private static final Fields NOTHING = json -> {};
    private static final Fields PART = json -> json.writeStringField("id", "part-1");

    private Buffer results = Buffer.buffer();
    private boolean begun;
    private boolean speaking;

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public Buffer thought(String text) {
        return begin().appendBuffer(event("reasoning-delta", json -> {
            json.writeStringField("id", "reasoning-1");
            json.writeStringField("delta", text);
        }));
    }

    @Override
    public Buffer text(String text) {
        Buffer events = begin().appendBuffer(results());
        if (!speaking) {
            speaking = true;
            events.appendBuffer(event("text-start", PART));
        }
        return events.appendBuffer(event("text-delta", json -> {
            PART.writeTo(json);
            json.writeStringField("delta", text);
        }));
    }

    @Override
    public boolean callsFirst() {
        return true;
    }

    /** An agent makes its calls itself: the results come when all of them are told. */
    @Override
    public Buffer call(int index, ToolCall call) {
        results.appendBuffer(event("tool-output-available", json -> {
            json.writeStringField("toolCallId", call.id());
            json.writeStringField("output", call.result());
        }));
        return begin().appendBuffer(event("tool-input-available", json -> {
            json.writeStringField("toolCallId", call.id());
            json.writeStringField("toolName", call.name());
            json.writeFieldName("input");
            json.writeRawValue(call.arguments().toString());
        }));
    }

    @Override
    public Buffer last(Reply reply, Tally tally, boolean terminated) {
        Buffer last = begin().appendBuffer(results());
        if (speaking) {
            last.appendBuffer(event("text-end", PART));
        }
        if (!terminated) {
            return last;
        }
        return last.appendBuffer(event("finish", json -> {
                    json.writeStringField("finishReason", reply.whole() ? "stop" : "length");
                    json.writeObjectFieldStart("messageMetadata");
                    json.writeObjectFieldStart("usage");
                    json.writeNumberField("inputTokens", tally.prompt());
                    json.writeNumberField("outputTokens", tally.pieces());
                    json.writeEndObject();
                    json.writeEndObject();
                }))
                .appendString(Sse.DONE);
    }

    /** The protocol has no other form than its stream. */
    @Override
    public Buffer whole(Reply reply, Tally tally) {
        return new PlainAgentWire().whole(reply, tally);
    }

    @Override
    public Buffer error(String message) {
        return begin().appendBuffer(event("error", json -> json.writeStringField("errorText", message)));
    }

    /** What came of the calls, once. */
    private Buffer results() {
        Buffer told = results;
        results = Buffer.buffer();
        return told;
    }

    private Buffer begin() {
        if (begun) {
            return Buffer.buffer();
        }
        begun = true;
        return event("start", NOTHING).appendBuffer(event("start-step", NOTHING));
    }

    private static Buffer event(String type, Fields fields) {
        return Sse.event(Json.write(type, fields));
    }
}
