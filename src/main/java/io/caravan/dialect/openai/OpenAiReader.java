package io.caravan.dialect.openai;

import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.chat.ChatEvent.Thinking;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.Usage;
import io.caravan.dialect.AnswerReader;
import io.caravan.dialect.Finish;
import io.caravan.dialect.FinishReason;
import io.caravan.dialect.InlineThinking;
import io.caravan.dialect.ToolCallAssembly;
import io.caravan.failure.StreamException;
import java.io.IOException;
import java.util.List;
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

    private final OpenAiEvents events;
    private final Consumer<Chunk> out;
    private final InlineThinking text;
    private final ToolCallAssembly calls = new ToolCallAssembly();
    private final StringBuilder reasoning = new StringBuilder();
    private Usage usage = Usage.UNKNOWN;
    private Optional<String> reason = Optional.empty();
    private boolean answered;
    private boolean refused;

    /** @param out takes the chunks */
    OpenAiReader(OpenAiEvents events, Consumer<Chunk> out) {
        this.events = events;
        this.out = out;
        this.text = new InlineThinking(out);
    }

    @Override
    public Optional<Finish> read() throws IOException {
        // Once the reason is known the answer is whole, however the stream ends.
        if (!events.next(reason.isPresent())) {
            return Optional.of(finish(reason.orElseThrow(events::cutShort)));
        }
        return switch (events.read()) {
            case OTHER -> Optional.empty();
            case DONE -> Optional.of(finish(reason.isPresent() ? reason.get() : endWithoutReason()));
            case CHUNK -> {
                take(events.chunk());
                yield reason.filter(ended -> events.isLast()).map(this::finish);
            }
        };
    }

    @Override
    public void drain(int most) throws IOException {
        events.drain(most);
    }

    private void take(OpenAiChunk chunk) {
        OpenAiChoice choice = chunk.first;
        usage = chunk.usage.orElse(usage);
        reasoning.append(choice.reasoning);
        if (!choice.thinking.isEmpty()) {
            out.accept(new Thinking(choice.thinking));
        }
        text.accept(choice.text);
        text.accept(choice.refusal);
        refused |= !choice.refusal.isEmpty();
        answered |= !choice.text.isEmpty() || !choice.refusal.isEmpty();
        choice.calls.forEach(calls::add);
        if (!choice.finishReason.isEmpty() && reason.isEmpty()) {
            reason = Optional.of(end(choice.finishReason));
        }
    }

    private String end(String said) {
        String shared = FinishReason.of(said, !calls.isEmpty());
        text.end();
        boolean isWhole = shared.equals("stop") || shared.equals("tool_calls");
        (isWhole ? calls.whole() : calls.complete()).forEach(out);
        return refused ? "content_filter" : shared;
    }

    private String endWithoutReason() {
        List<ToolCall> complete = calls.complete();
        if (!answered && complete.isEmpty()) {
            throw StreamException.interrupted("The answer ended without a word and without a reason", null);
        }
        text.end();
        complete.forEach(out);
        return FinishReason.of("stop", !complete.isEmpty());
    }

    private Finish finish(String ended) {
        return new Finish(ended, usage, OpenAiKept.of(calls.isEmpty() ? "" : reasoning.toString()));
    }
}
