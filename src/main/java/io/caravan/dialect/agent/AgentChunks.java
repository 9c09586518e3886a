package io.caravan.dialect.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.chat.ChatEvent.Thinking;
import io.caravan.chat.Usage;
import io.caravan.dialect.Finish;
import io.caravan.dialect.FinishReason;
import io.caravan.dialect.InlineThinking;
import io.caravan.failure.StreamException;
import java.util.function.Consumer;

/** Hands out the chunks of an agent's answer, whatever its shape, and knows whether there was any. Not thread-safe. */
final class AgentChunks {

    private static final String[] READ = {
        "inputTokens", "input_tokens", "promptTokens", "prompt_tokens", "request_tokens"
    };
    private static final String[] WRITTEN = {
        "outputTokens", "output_tokens", "completionTokens", "completion_tokens", "response_tokens"
    };

    private final Consumer<Chunk> out;
    private final InlineThinking text;
    private Usage usage = Usage.UNKNOWN;
    private boolean answered;

    AgentChunks(Consumer<Chunk> out) {
        this.out = out;
        this.text = new InlineThinking(out);
    }

    /** Takes a piece of the text; an empty one counts as an answer too. */
    void text(String piece) {
        answered = true;
        text.accept(piece);
    }

    void thinking(String piece) {
        if (!piece.isEmpty()) {
            out.accept(new Thinking(piece));
        }
    }

    /** Takes a chunk that is whole. */
    void hand(Chunk chunk) {
        answered = true;
        text.end();
        out.accept(chunk);
    }

    /** Takes what was counted, in the words of whoever counted: one count, or a list of them to be added up. */
    void usage(JsonNode counted) {
        if (counted.isObject()) {
            usage = new Usage(count(counted, READ), count(counted, WRITTEN));
        } else if (counted.isArray()) {
            long read = 0;
            long written = 0;
            for (JsonNode one : counted) {
                read += count(one, READ);
                written += count(one, WRITTEN);
            }
            usage = new Usage(read, written);
        }
    }

    boolean answered() {
        return answered;
    }

    /** Ends the answer. An end without a word is none: that is how a run ends that was cancelled. */
    Finish finish(String said) {
        String reason = FinishReason.of(said, false);
        if (!answered) {
            throw StreamException.interrupted("The agent's answer ended without a word", null);
        }
        text.end();
        return new Finish(reason, usage);
    }

    private static long count(JsonNode counted, String[] names) {
        for (String name : names) {
            if (counted.path(name).isNumber()) {
                return Math.max(0, counted.path(name).asLong());
            }
        }
        return 0;
    }
}
