package io.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.chat.ChatEvent.Text;
import io.caravan.chat.ChatEvent.Thinking;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that came of an answer: its chunks, and the way it ended. */
public record Told(List<Chunk> chunks, Optional<Finish> finish, Optional<CaravanException> failure) {

    /** Reads an answer to its end, good or bad. */
    public static Told by(Answer answer) {
        List<Chunk> chunks = new ArrayList<>();
        try {
            while (answer.hasNext()) {
                Chunk chunk = answer.next();
                if (chunk != null) {
                    chunks.add(chunk);
                }
            }
            return new Told(chunks, Optional.of(answer.finish()), Optional.empty());
        } catch (CaravanException e) {
            return new Told(chunks, Optional.empty(), Optional.of(e));
        }
    }

    /** All text in one. */
    public String text() {
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk instanceof Text piece ? piece.data() : ""));
        return text.toString();
    }

    /** All thinking in one. */
    public String thinking() {
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk instanceof Thinking piece ? piece.data() : ""));
        return text.toString();
    }

    /** The tool calls, in order. */
    public List<ToolCall> calls() {
        return chunks.stream()
                .filter(ToolCall.class::isInstance)
                .map(ToolCall.class::cast)
                .toList();
    }

    /** Why it ended, which it has to have done well. */
    public String reason() {
        return finish.orElseThrow(() -> new AssertionError("no good end", failure.orElse(null)))
                .reason();
    }

    /** The failure, which there has to be. */
    public CaravanException failed() {
        return failure.orElseThrow(() -> new AssertionError("a good end: " + finish));
    }

    /** Expects the failure to be that the answer was broken off. */
    public void assertInterrupted(boolean partial) {
        assertThat(failed()).isInstanceOf(StreamException.class);
        assertThat(failed().code()).isEqualTo(ErrorCode.STREAM_INTERRUPTED);
        assertThat(failed().partial()).isEqualTo(partial);
    }
}
