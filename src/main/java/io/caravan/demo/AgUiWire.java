package io.caravan.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.demo.Json.Fields;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** The events of the AG-UI protocol, from {@code RUN_STARTED} to {@code RUN_FINISHED}. */
final class AgUiWire implements Wire {

    private static final String MESSAGE = "message-1";

    private final String thread;
    private final String run;
    private Buffer results = Buffer.buffer();
    private boolean begun;
    private boolean speaking;

    AgUiWire(String thread, String run) {
        this.thread = thread;
        this.run = run;
    }

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    @Override
    public Buffer thought(String text) {
        return begin().appendBuffer(event("REASONING_MESSAGE_CONTENT", json -> {
            json.writeStringField("messageId", "reasoning-1");
            json.writeStringField("delta", text);
        }));
    }

    @Override
    public Buffer text(String text) {
        Buffer events = begin().appendBuffer(results());
        if (!speaking) {
            speaking = true;
            events.appendBuffer(event("TEXT_MESSAGE_START", json -> {
                json.writeStringField("messageId", MESSAGE);
                json.writeStringField("role", "assistant");
            }));
        }
        return events.appendBuffer(event("TEXT_MESSAGE_CONTENT", json -> {
            json.writeStringField("messageId", MESSAGE);
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
        Fields id = json -> json.writeStringField("toolCallId", call.id());
        results.appendBuffer(event("TOOL_CALL_RESULT", json -> {
            id.writeTo(json);
            json.writeStringField("messageId", "result-" + index);
            json.writeStringField("content", call.result());
        }));
        return begin().appendBuffer(event("TOOL_CALL_START", json -> {
                    id.writeTo(json);
                    json.writeStringField("toolCallName", call.name());
                }))
                .appendBuffer(event("TOOL_CALL_ARGS", json -> {
                    id.writeTo(json);
                    json.writeStringField("delta", call.arguments().toString());
                }))
                .appendBuffer(event("TOOL_CALL_END", id));
    }

    @Override
    public Buffer last(Reply reply, Tally tally, boolean terminated) {
        Buffer last = begin().appendBuffer(results());
        if (speaking) {
            last.appendBuffer(event("TEXT_MESSAGE_END", json -> json.writeStringField("messageId", MESSAGE)));
        }
        return terminated ? last.appendBuffer(event("RUN_FINISHED", json -> finish(json, tally))) : last;
    }

    /** The protocol has no other form than its stream. */
    @Override
    public Buffer whole(Reply reply, Tally tally) {
        return new PlainAgentWire().whole(reply, tally);
    }

    @Override
    public Buffer error(String message) {
        return begin().appendBuffer(event("RUN_ERROR", json -> json.writeStringField("message", message)));
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
        return event("RUN_STARTED", this::run);
    }

    private void run(JsonGenerator json) throws IOException {
        json.writeStringField("threadId", thread);
        json.writeStringField("runId", run);
    }

    private void finish(JsonGenerator json, Tally tally) throws IOException {
        run(json);
        json.writeArrayFieldStart("usage");
        json.writeStartObject();
        json.writeNumberField("inputTokens", tally.prompt());
        json.writeNumberField("outputTokens", tally.pieces());
        json.writeEndObject();
        json.writeEndArray();
    }

    private static Buffer event(String type, Fields fields) {
        return Sse.event(Json.write(type, fields));
    }
}
