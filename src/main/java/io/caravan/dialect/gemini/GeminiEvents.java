package io.caravan.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.dialect.Garbage;
import io.caravan.dialect.Json;
import io.caravan.dialect.Judgement;
import io.caravan.dialect.ServerError;
import io.caravan.failure.StreamException;
import io.caravan.stream.SseEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The response objects of an answer of Gemini's, as they come: one an event; where the server left that form, one as a
 * document, or all of them as the list it sends to those who do not ask for events. Errors, in whatever shape, are
 * thrown as what they mean.
 */
final class GeminiEvents {

    private final SseEvents events;
    private final GeminiChunk chunk = new GeminiChunk();

    GeminiEvents(SseEvents events) {
        this.events = events;
    }

    /** Goes to the next event; false at the end of the stream, and where one breaks whose answer is {@code whole}. */
    boolean next(boolean whole) throws IOException {
        return events.next(whole);
    }

    /** The response objects in the event. Used again for the next. */
    List<GeminiChunk> read() {
        List<GeminiChunk> chunks = isList() ? list() : List.of(event());
        for (GeminiChunk each : chunks) {
            if (each.error.isPresent()) {
                throw Judgement.of(each.error.get());
            }
        }
        return chunks;
    }

    /** The failure it is that the stream has ended here. */
    StreamException cutShort() {
        return events.cutShort();
    }

    void drain(int most) throws IOException {
        events.drain(most);
    }

    private boolean isList() {
        int i = events.from();
        int end = i + events.length();
        while (i < end && (events.bytes()[i] == ' ' || events.bytes()[i] == '\t')) {
            i++;
        }
        return i < end && events.bytes()[i] == '[';
    }

    private GeminiChunk event() {
        try {
            Json.read(events.bytes(), events.from(), events.length(), chunk);
        } catch (IOException e) {
            if (events.name().isEmpty() || events.name().equals("message")) {
                throw unreadable(e);
            }
            chunk.clear();
        }
        if (events.name().equals("error") && chunk.error.isEmpty()) {
            throw Judgement.of(ServerError.in(text().getBytes(UTF_8)));
        }
        if (events.isRaw() && !chunk.hasCandidates && chunk.blockReason.isEmpty() && chunk.error.isEmpty()) {
            throw StreamException.protocol("The answer is a JSON document, but neither an answer nor an error", null);
        }
        return chunk;
    }

    private List<GeminiChunk> list() {
        try {
            List<GeminiChunk> chunks = new ArrayList<>();
            for (JsonNode object : Json.tree(text())) {
                GeminiChunk each = new GeminiChunk();
                Json.read(object, each);
                chunks.add(each);
            }
            return chunks;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private StreamException unreadable(IOException e) {
        return events.isRaw() && e instanceof JsonEOFException
                ? StreamException.interrupted("The answer ended inside a JSON document", null)
                : Garbage.at(events.number(), events.bytes(), events.from(), events.length());
    }

    private String text() {
        return new String(events.bytes(), events.from(), events.length(), UTF_8);
    }
}
