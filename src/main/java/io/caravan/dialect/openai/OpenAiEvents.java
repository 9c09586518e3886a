package io.caravan.dialect.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.caravan.dialect.Garbage;
import io.caravan.dialect.Json;
import io.caravan.dialect.Judgement;
import io.caravan.dialect.ServerError;
import io.caravan.failure.StreamException;
import io.caravan.stream.SseEvents;
import java.io.IOException;
import java.util.Arrays;

/** The events of an answer in OpenAI's format. Errors, in whatever shape, are thrown as what they mean. */
final class OpenAiEvents {

    /** What an event is. */
    enum Kind {
        /** Something to read in {@link OpenAiEvents#chunk()}. */
        CHUNK,
        /** Of a kind that is nothing to us. */
        OTHER,
        /** {@code [DONE]}. */
        DONE
    }

    private static final byte[] DONE = "[DONE]".getBytes(US_ASCII);

    private final SseEvents events;
    private final OpenAiChunk chunk = new OpenAiChunk();

    OpenAiEvents(SseEvents events) {
        this.events = events;
    }

    /** Goes to the next event; false at the end of the stream, and where one breaks whose answer is {@code whole}. */
    boolean next(boolean whole) throws IOException {
        return events.next(whole);
    }

    /** Reads the event. */
    Kind read() {
        return isDone() ? Kind.DONE : parse();
    }

    /** The last event read; used again for the next. */
    OpenAiChunk chunk() {
        return chunk;
    }

    /** Whether nothing but {@code [DONE]} can follow: a chunk of usage alone comes last, and a document is all there is. */
    boolean isLast() {
        return events.isRaw() || (chunk.usage.isPresent() && !chunk.hasChoices);
    }

    /** The failure it is that the stream has ended here. */
    StreamException cutShort() {
        return events.cutShort();
    }

    void drain(int most) throws IOException {
        events.drain(most);
    }

    private boolean isDone() {
        int from = events.from();
        return events.length() >= DONE.length
                && Arrays.equals(events.bytes(), from, from + DONE.length, DONE, 0, DONE.length);
    }

    private Kind parse() {
        boolean isError = events.name().equals("error");
        boolean isReadable = fill();
        if (isReadable && chunk.error.isPresent()) {
            throw Judgement.of(chunk.error.get());
        }
        if (isError) {
            throw Judgement.of(ServerError.in(events.copy()));
        }
        if (!isReadable && events.bytes()[events.from()] == '[') {
            ServerError.listed(events.copy()).ifPresent(error -> {
                throw Judgement.of(error);
            });
        }
        if (!isReadable && !events.name().isEmpty() && !events.name().equals("message")) {
            return Kind.OTHER;
        }
        if (!isReadable) {
            throw Garbage.at(events.number(), events.bytes(), events.from(), events.length());
        }
        if (events.isRaw() && !chunk.hasChoices) {
            throw StreamException.protocol("The answer is a JSON document, but neither an answer nor an error", null);
        }
        return Kind.CHUNK;
    }

    private boolean fill() {
        try {
            Json.read(events.bytes(), events.from(), events.length(), chunk);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
