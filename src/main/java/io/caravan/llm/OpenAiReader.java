package io.caravan.llm;

import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.chat.ChatEvent.Thinking;
import io.caravan.chat.Usage;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import io.caravan.stream.SseEvents;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An answer in OpenAI's format: server-sent events up to {@code [DONE]}, or one JSON document.
 *
 * <p>With its finish reason the answer is whole; what can still follow is an event of usage alone. So the end is handed
 * out with that, and where it does not come with {@code [DONE]} or whatever else ends the stream. {@code [DONE]} without
 * a finish reason counts if there was text, or a whole tool call.
 */
final class OpenAiReader implements AnswerReader {

    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

    private final SseEvents events;
    private final Consumer<Chunk> out;
    private final InlineThinking text;
    private final ToolCallAssembly calls = new ToolCallAssembly();
    private final OpenAiChunk chunk = new OpenAiChunk();
    private Usage usage = Usage.UNKNOWN;
    private Optional<String> reason = Optional.empty();
    private boolean answered;
    private boolean refused;

    /** @param out takes the chunks */
    OpenAiReader(SseEvents events, Consumer<Chunk> out) {
        this.events = events;
        this.out = out;
        this.text = new InlineThinking(out);
    }

    @Override
    public Optional<Finish> read() throws IOException {
        if (!nextEvent()) {
            return Optional.of(finish(reason.orElseThrow(this::cutShort)));
        }
        if (isDone()) {
            return Optional.of(finish(reason.isPresent() ? reason.get() : endWithoutReason()));
        }
        if (!parse()) {
            return Optional.empty();
        }
        emit();
        if (!chunk.finishReason.isEmpty() && reason.isEmpty()) {
            reason = Optional.of(end(chunk.finishReason));
        }
        return reason.filter(ended -> isLast()).map(this::finish);
    }

    @Override
    public void drain(int most) throws IOException {
        events.drain(most);
    }

    /** Once the reason is known the answer is whole, however the stream ends. */
    private boolean nextEvent() throws IOException {
        try {
            return events.next();
        } catch (IOException | StreamException | UnavailableException e) {
            if (reason.isPresent()) {
                return false;
            }
            throw e;
        }
    }

    /** A chunk of usage alone comes last; a document is all there is. */
    private boolean isLast() {
        return (chunk.usage.isPresent() && !chunk.hasChoices) || events.isRaw();
    }

    private boolean isDone() {
        if (events.length() < DONE.length) {
            return false;
        }
        int from = events.from();
        return Arrays.equals(events.bytes(), from, from + DONE.length, DONE, 0, DONE.length);
    }

    /** False for an event of another kind, which is nothing to us. */
    private boolean parse() {
        boolean failed = events.name().equals("error");
        try {
            Json.read(events.bytes(), events.from(), events.length(), chunk);
        } catch (IOException e) {
            if (failed) {
                throw Judgement.of(ServerError.in(eventBytes()));
            }
            if (!events.name().isEmpty() && !events.name().equals("message")) {
                return false;
            }
            throw Garbage.at(events.number(), events.bytes(), events.from(), events.length());
        }
        if (chunk.error.isPresent()) {
            throw Judgement.of(chunk.error.get());
        }
        if (failed) {
            throw Judgement.of(ServerError.in(eventBytes()));
        }
        if (events.isRaw() && !chunk.hasChoices) {
            throw StreamException.protocol("The answer is a JSON document, but neither an answer nor an error", null);
        }
        return true;
    }

    private byte[] eventBytes() {
        return Arrays.copyOfRange(events.bytes(), events.from(), events.from() + events.length());
    }

    private void emit() {
        if (!chunk.thinking.isEmpty()) {
            out.accept(new Thinking(chunk.thinking));
        }
        text.accept(chunk.text);
        text.accept(chunk.refusal);
        refused |= !chunk.refusal.isEmpty();
        answered |= !chunk.text.isEmpty() || !chunk.refusal.isEmpty();
        chunk.calls.forEach(calls::add);
        usage = chunk.usage.orElse(usage);
    }

    private String end(String said) {
        String shared = FinishReason.of(said, !calls.isEmpty());
        text.end();
        boolean whole = shared.equals("stop") || shared.equals("tool_calls");
        (whole ? calls.whole() : calls.complete()).forEach(out);
        return refused ? "content_filter" : shared;
    }

    private String endWithoutReason() {
        var complete = calls.complete();
        if (!answered && complete.isEmpty()) {
            throw StreamException.interrupted("The answer ended without a word and without a reason", null);
        }
        text.end();
        complete.forEach(out);
        return FinishReason.of("stop", !complete.isEmpty());
    }

    private Finish finish(String ended) {
        return new Finish(ended, usage);
    }

    private StreamException cutShort() {
        String where = events.isCutOff() ? ", inside an event" : ", before its end";
        return StreamException.interrupted("The answer ended at line " + events.number() + where, null);
    }
}
