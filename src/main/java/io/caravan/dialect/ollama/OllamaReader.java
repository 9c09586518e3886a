package io.caravan.dialect.ollama;

import io.caravan.chat.ChatEvent.Chunk;
import io.caravan.chat.ChatEvent.Thinking;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.dialect.AnswerReader;
import io.caravan.dialect.Finish;
import io.caravan.dialect.FinishReason;
import io.caravan.dialect.Garbage;
import io.caravan.dialect.InlineThinking;
import io.caravan.dialect.Json;
import io.caravan.dialect.Judgement;
import io.caravan.failure.StreamException;
import io.caravan.stream.NdjsonLines;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Ollama's answer: NDJSON that ends with a line that is {@code done}. One JSON document of that form will do too. */
final class OllamaReader implements AnswerReader {

    private final NdjsonLines lines;
    private final Consumer<Chunk> out;
    private final InlineThinking text;
    private final OllamaLine line = new OllamaLine();
    private boolean called;

    /** @param out takes the chunks */
    OllamaReader(NdjsonLines lines, Consumer<Chunk> out) {
        this.lines = lines;
        this.out = out;
        this.text = new InlineThinking(out);
    }

    @Override
    public Optional<Finish> read() throws IOException {
        if (!lines.next()) {
            throw StreamException.interrupted(
                    "The answer ended after " + lines.number() + " lines, before its last", null);
        }
        parse();
        if (line.error.isPresent()) {
            throw Judgement.of(line.error.get());
        }
        emit();
        return line.done ? Optional.of(finish()) : Optional.empty();
    }

    @Override
    public void drain(int most) throws IOException {
        lines.drain(most);
    }

    private void parse() throws IOException {
        if (isLoneBrace()) {
            lines.extendToEnd();
        }
        try {
            Json.read(lines.bytes(), lines.from(), lines.length(), line);
        } catch (IOException e) {
            throw Garbage.at(lines.number(), lines.bytes(), lines.from(), lines.length());
        }
    }

    /** How a document written over several lines begins. */
    private boolean isLoneBrace() {
        byte[] bytes = lines.bytes();
        int from = lines.from();
        return bytes[from] == '{' && (lines.length() == 1 || (lines.length() == 2 && bytes[from + 1] == '\r'));
    }

    private void emit() {
        if (!line.thinking.isEmpty()) {
            out.accept(new Thinking(line.thinking));
        }
        text.accept(line.text);
        if (line.done || !line.calls.isEmpty()) {
            text.end();
        }
        calls().forEach(call -> {
            out.accept(call);
            called = true;
        });
    }

    /** Ollama's calls are whole; of a server that writes arguments as a text, one that was cut short is not. */
    private List<ToolCall> calls() {
        boolean cut = line.done && FinishReason.of(line.doneReason, false).equals("length");
        return cut
                ? line.calls.stream()
                        .filter(call -> call.arguments().isObject())
                        .toList()
                : line.calls;
    }

    private Finish finish() {
        return new Finish(FinishReason.of(line.doneReason, called), line.usage());
    }
}
