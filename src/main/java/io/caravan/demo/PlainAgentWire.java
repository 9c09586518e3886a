package io.caravan.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import io.caravan.demo.Json.Fields;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/** JSON of no known protocol, as many agents write it: {@code {"delta":"..."}} each event, or one document. */
final class PlainAgentWire implements Wire {

    @Override
    public String streamType() {
        return "text/event-stream";
    }

    /** Its thoughts are its own. */
    @Override
    public Buffer thought(String text) {
        return Buffer.buffer();
    }

    @Override
    public Buffer text(String text) {
        return event(json -> json.writeStringField("delta", text));
    }

    @Override
    public Buffer call(int index, ToolCall call) {
        return event(json -> json.writeStringField("tool", call.name()));
    }

    @Override
    public Buffer last(Reply reply, Tally tally, boolean terminated) {
        Buffer usage = event(json -> usage(json, tally));
        return terminated ? usage.appendString(Sse.DONE) : usage;
    }

    @Override
    public Buffer whole(Reply reply, Tally tally) {
        return Json.write(json -> {
            json.writeStringField("output", reply.words().text());
            usage(json, tally);
        });
    }

    @Override
    public Buffer error(String message) {
        return event(json -> json.writeStringField("error", message));
    }

    private static void usage(JsonGenerator json, Tally tally) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", tally.prompt());
        json.writeNumberField("output_tokens", tally.pieces());
        json.writeEndObject();
    }

    private static Buffer event(Fields fields) {
        return Sse.event(Json.write(fields));
    }
}
