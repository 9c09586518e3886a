package io.caravan.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.chat.ChatEvent.Thinking;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.dialect.AnswerReader;
import io.caravan.dialect.CallFragment;
import io.caravan.dialect.Finish;
import io.caravan.dialect.FinishReason;
import io.caravan.dialect.InlineThinking;
import io.caravan.dialect.ToolCallAssembly;
import io.caravan.failure.StreamException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An answer in Anthropic's format: server-sent events up to {@code message_stop}, or one JSON document. A stream that
 * ends before that event is broken off, whatever came.
 *
 * <p>Calls for tools are handed out at the end: a block of an answer that was cut short is closed like any other, and only
 * the reason that follows tells that its call is not whole.
 */
final class AnthropicReader implements AnswerReader {

    private final AnthropicEvents events;
    private final Consumer<Chunk> out;
    private final InlineThinking text;
    private final ToolCallAssembly calls = new ToolCallAssembly();
    private final Set<Integer> callBlocks = new HashSet<>();
    private final AnthropicKept kept = new AnthropicKept();
    private String reason = "";
    private boolean answered;

    /** @param out takes the chunks */
    AnthropicReader(AnthropicEvents events, Consumer<Chunk> out) {
        this.events = events;
        this.out = out;
        this.text = new InlineThinking(out);
    }

    @Override
    public Optional<Finish> read() throws IOException {
        if (!events.next()) {
            throw events.cutShort();
        }
        AnthropicEvent event = events.read();
        switch (event.type) {
            case "content_block_start" -> begin(event);
            case "content_block_delta" -> goOn(event);
            case "message_delta" -> reason = event.stopReason.isEmpty() ? reason : event.stopReason;
            case "message_stop" -> {
                return Optional.of(finish(event));
            }
            case AnthropicEvents.DOCUMENT -> {
                return Optional.of(document(event));
            }
            default -> {}
        }
        return Optional.empty();
    }

    @Override
    public void drain(int most) throws IOException {
        events.drain(most);
    }

    private void begin(AnthropicEvent event) {
        JsonNode input = event.block.path("input");
        block(event.index, event.block, input.isObject() && input.isEmpty() ? MissingNode.getInstance() : input);
    }

    /** A block from its beginning, of a kind we know or another, which is nothing to us. */
    private void block(int index, JsonNode block, JsonNode arguments) {
        callBlocks.remove(index);
        kept.begin(index, block);
        switch (block.path("type").asText("")) {
            case "text" -> text(block.path("text").asText(""));
            case "thinking" -> thinking(block.path("thinking").asText(""));
            case "tool_use" -> {
                callBlocks.add(index);
                calls.add(new CallFragment(
                        index, block.path("id").asText(""), block.path("name").asText(""), arguments));
            }
            default -> {}
        }
    }

    private void goOn(AnthropicEvent event) {
        kept.add(event);
        thinking(event.thinking);
        text(event.text);
        if (!event.arguments.isEmpty() && callBlocks.contains(event.index)) {
            calls.add(new CallFragment(event.index, "", "", TextNode.valueOf(event.arguments)));
        }
    }

    private Finish document(AnthropicEvent event) {
        int index = 0;
        for (JsonNode block : event.content) {
            block(index++, block, block.path("input"));
        }
        reason = event.stopReason;
        return finish(event);
    }

    private Finish finish(AnthropicEvent event) {
        if (reason.isEmpty() && !answered && calls.isEmpty()) {
            throw StreamException.interrupted("The answer ended without a word and without a reason", null);
        }
        String shared = FinishReason.of(reason, !calls.isEmpty());
        text.end();
        boolean isWhole = shared.equals("stop") || shared.equals("tool_calls");
        List<ToolCall> wanted = isWhole ? calls.whole() : calls.complete();
        wanted.forEach(out);
        return new Finish(shared, event.usage.usage(), kept.of(wanted));
    }

    private void text(String data) {
        text.accept(data);
        answered |= !data.isEmpty();
    }

    private void thinking(String data) {
        if (!data.isEmpty()) {
            out.accept(new Thinking(data));
        }
    }
}
