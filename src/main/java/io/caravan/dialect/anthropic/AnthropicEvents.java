package io.caravan.dialect.anthropic;

import io.caravan.dialect.Garbage;
import io.caravan.dialect.Json;
import io.caravan.dialect.Judgement;
import io.caravan.dialect.ServerError;
import io.caravan.failure.StreamException;
import io.caravan.stream.SseEvents;
import java.io.IOException;
import java.util.Set;

/** The events of an answer in Anthropic's format. Errors, in whatever shape, are thrown as what they mean. */
final class AnthropicEvents {

    /** The whole answer as one JSON document. */
    static final String DOCUMENT = "message";

    private static final Set<String> OURS = Set.of(
            "",
            DOCUMENT,
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop");

    private final SseEvents events;
    private final AnthropicEvent event = new AnthropicEvent();

    AnthropicEvents(SseEvents events) {
        this.events = events;
    }

    /** Goes to the next event; false at the end of the stream. */
    boolean next() throws IOException {
        return events.next();
    }

    /** The event, which is used again for the next; without a type if it is nothing to us. */
    AnthropicEvent read() {
        boolean isReadable = fill();
        if (event.error || event.type.equals("error") || events.name().equals("error")) {
            throw Judgement.of(ServerError.in(events.copy()));
        }
        if (!isReadable && OURS.contains(events.name())) {
            throw Garbage.at(events.number(), events.bytes(), events.from(), events.length());
        }
        boolean isDocument = event.type.equals(DOCUMENT) && event.content.isArray();
        if (events.isRaw() && !isDocument) {
            throw StreamException.protocol("The answer is a JSON document, but neither an answer nor an error", null);
        }
        if (event.type.equals(DOCUMENT) && !isDocument) {
            event.clear();
        }
        return event;
    }

    /** The failure it is that the stream has ended here. */
    StreamException cutShort() {
        return events.cutShort();
    }

    void drain(int most) throws IOException {
        events.drain(most);
    }

    private boolean fill() {
        try {
            Json.read(events.bytes(), events.from(), events.length(), event);
        } catch (IOException e) {
            event.clear();
            return false;
        }
        if (event.type.isEmpty()) {
            event.type = events.name();
        }
        return true;
    }
}
