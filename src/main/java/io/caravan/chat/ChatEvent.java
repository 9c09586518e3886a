package io.caravan.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.failure.CaravanException;
import java.util.List;
import java.util.Optional;

/** What happens to a question, in order: {@code Started}, any number of chunks, then one {@code Completed} or {@code Failed}. */
public sealed interface ChatEvent {

    /** The request is under way with this provider and model. */
    record Started(String provider, String model, Optional<String> session, List<String> tools) implements ChatEvent {
        public Started {
            tools = List.copyOf(tools);
        }
    }

    /** A piece of the answer, passed on the moment its bytes are there. */
    sealed interface Chunk extends ChatEvent {}

    /** A piece of the answer's text. */
    record Text(String data) implements Chunk {}

    /** A piece of what the model thinks before it answers. */
    record Thinking(String data) implements Chunk {}

    /** A tool the model asks for. {@code arguments} is a JSON object, or a text node where the model wrote broken JSON. */
    record ToolCall(String callId, String name, JsonNode arguments) implements Chunk {}

    /** What a tool answered. */
    record ToolResult(String callId, String name, String result, boolean isError) implements Chunk {}

    /** The answer is whole. Times are in milliseconds since the request was accepted. */
    record Completed(
            String provider,
            String model,
            String finishReason,
            Usage usage,
            long firstChunkMillis,
            long totalMillis,
            int attempts,
            boolean resumed)
            implements ChatEvent {}

    /** The request ended without a whole answer. */
    record Failed(CaravanException failure) implements ChatEvent {}
}
