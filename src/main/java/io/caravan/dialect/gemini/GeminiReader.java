package io.caravan.dialect.gemini;

import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.chat.Usage;
import io.caravan.dialect.AnswerReader;
import io.caravan.dialect.Finish;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An answer of Gemini's: server-sent events up to the end of the stream, since nothing marks the last of them; one JSON
 * document will do too.
 *
 * <p>The answer is whole once it ends after a finish reason. Some servers give one with every event, so a reason is void
 * when more is said after it without one.
 */
final class GeminiReader implements AnswerReader {

    private final GeminiEvents events;
    private final Consumer<Chunk> out;
    private final GeminiKept kept = new GeminiKept();
    private Usage usage = Usage.UNKNOWN;
    private Optional<String> reason = Optional.empty();
    private boolean called;

    /** @param out takes the chunks */
    GeminiReader(GeminiEvents events, Consumer<Chunk> out) {
        this.events = events;
        this.out = out;
    }

    @Override
    public Optional<Finish> read() throws IOException {
        // Once the reason is known the answer is whole, however the stream ends.
        if (!events.next(reason.isPresent())) {
            return Optional.of(new Finish(reason.orElseThrow(events::cutShort), usage, kept.whole()));
        }
        events.read().forEach(this::take);
        return Optional.empty();
    }

    @Override
    public void drain(int most) throws IOException {
        events.drain(most);
    }

    private void take(GeminiChunk chunk) {
        if (!chunk.blockReason.isEmpty() && !chunk.hasCandidates) {
            throw blocked(chunk.blockReason);
        }
        GeminiCandidate candidate = chunk.first;
        usage = chunk.usage.orElse(usage);
        called |= candidate.called;
        boolean said = false;
        for (GeminiPart part : candidate.parts) {
            kept.add(part);
            part.chunk().ifPresent(out);
            said |= part.chunk().isPresent();
        }
        Optional<String> why = GeminiReason.of(candidate.finishReason, called);
        if (why.isPresent() || said) {
            reason = why;
        }
    }

    private static RejectedException blocked(String why) {
        return new RejectedException(
                ErrorCode.PROVIDER_REJECTED,
                "The model's server blocked the request for its content: " + GeminiReason.word(why));
    }
}
