package io.caravan.dialect.agent;

import io.caravan.failure.StreamException;
import io.caravan.stream.NdjsonLines;
import io.caravan.stream.SseEvents;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The events of an agent's answer, whether they are server-sent events, lines of JSON, or one JSON document: its first
 * character that is no space tells them apart, since what is said of the content type is too often wrong. Not
 * thread-safe.
 */
final class AgentFrames {

    private static final int LONGEST_BLANK = 64;

    private final PushbackInputStream body;
    private final int limit;
    private @Nullable SseEvents events;
    private @Nullable NdjsonLines lines;

    /** @param limit of an event, in bytes */
    AgentFrames(InputStream body, int limit) {
        this.body = new PushbackInputStream(body, LONGEST_BLANK);
        this.limit = limit;
    }

    /** The next event, valid until the one after it is asked for; empty at the end of the stream. */
    Optional<AgentEvent> next() throws IOException {
        if (events == null && lines == null) {
            begin();
            if (lines != null) {
                return firstLine(lines);
            }
        }
        if (lines != null) {
            return lines.next() ? Optional.of(line(lines).whichIsJson()) : Optional.empty();
        }
        return events != null && events.next() ? Optional.of(event(events)) : Optional.empty();
    }

    /** Whether the stream has ended inside an event. */
    boolean isCutOff() {
        return events != null && events.isCutOff();
    }

    /** The failure it is that the stream has ended here. */
    StreamException cutShort() {
        if (events != null) {
            return events.cutShort();
        }
        long number = lines == null ? 0 : lines.number();
        return StreamException.interrupted("The answer ended at line " + number + ", before its end", null);
    }

    void drain(int most) throws IOException {
        if (lines != null) {
            lines.drain(most);
        } else if (events != null) {
            events.drain(most);
        }
    }

    private void begin() throws IOException {
        byte[] seen = new byte[LONGEST_BLANK];
        int count = 0;
        int next = body.read();
        while (next >= 0 && count < LONGEST_BLANK - 1 && isBlank(next)) {
            seen[count++] = (byte) next;
            next = body.read();
        }
        if (next >= 0) {
            seen[count++] = (byte) next;
        }
        body.unread(seen, 0, count);
        if (next == '{' || next == '[' || next == '"') {
            lines = new NdjsonLines(body, limit);
        } else {
            events = new SseEvents(body, limit);
        }
    }

    /** White space, or a part of a byte order mark. */
    private static boolean isBlank(int b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n' || b == 0xEF || b == 0xBB || b == 0xBF;
    }

    /** A document may be written over several lines: then its first is no JSON by itself. */
    private static Optional<AgentEvent> firstLine(NdjsonLines lines) throws IOException {
        if (!lines.next()) {
            return Optional.empty();
        }
        AgentEvent first = line(lines);
        if (first.json().isPresent()) {
            return Optional.of(first);
        }
        lines.extendToEnd();
        return Optional.of(line(lines).whichIsJson());
    }

    private static AgentEvent line(NdjsonLines lines) {
        return new AgentEvent(lines.number(), "", lines.bytes(), lines.from(), lines.length());
    }

    private static AgentEvent event(SseEvents events) {
        AgentEvent event =
                new AgentEvent(events.number(), events.name(), events.bytes(), events.from(), events.length());
        return events.isRaw() ? event.whichIsJson() : event;
    }
}
