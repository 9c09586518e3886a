package io.caravan.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.failure.CancelledException;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.InternalException;
import io.caravan.failure.RejectedException;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import java.util.ArrayList;
import java.util.List;

/** One event of a request, read from the JSON that {@link EventJson} writes. */
public record Event(String status, JsonNode json) {

    /**
     * The event in a text, of this Caravan or another.
     *
     * @throws StreamException if it is none
     */
    public static Event read(String text) {
        try {
            JsonNode json = Json.STRICT.readTree(text);
            return new Event(json.path("status").asText(), json);
        } catch (JsonProcessingException e) {
            throw StreamException.protocol("an event that is not valid JSON: " + Json.problem(e), e);
        }
    }

    /** Who answers; of {@code processing} and {@code complete}. */
    public String provider() {
        return metadata().path("provider").asText();
    }

    /** The model that answers; of {@code processing} and {@code complete}. */
    public String model() {
        return metadata().path("model").asText();
    }

    /** The names of the tools that may be used; of {@code processing}. */
    public List<String> tools() {
        List<String> tools = new ArrayList<>();
        metadata().path("tools").forEach(tool -> tools.add(tool.asText()));
        return tools;
    }

    /** What came; of {@code chunk}. */
    public ChatEvent.Chunk chunk() {
        JsonNode chunk = json.path("chunk");
        JsonNode data = chunk.path("data");
        String type = chunk.path("type").asText();
        return switch (type) {
            case "text" -> new ChatEvent.Text(data.asText());
            case "thinking" -> new ChatEvent.Thinking(data.asText());
            case "tool_call" ->
                new ChatEvent.ToolCall(
                        data.path("call_id").asText(), data.path("name").asText(), data.path("arguments"));
            case "tool_result" ->
                new ChatEvent.ToolResult(
                        data.path("call_id").asText(),
                        data.path("name").asText(),
                        data.path("result").asText(),
                        data.path("is_error").asBoolean());
            default -> throw StreamException.protocol("a chunk of the unknown type \"" + type + "\"", null);
        };
    }

    /** Whether the call of a tool waits for approval; of {@code chunk}. */
    public boolean awaiting() {
        return json.path("chunk").path("data").path("awaiting").asBoolean();
    }

    /** Why the answer ended; of {@code complete}. */
    public String finishReason() {
        return metadata().path("finish_reason").asText();
    }

    /** Tokens read and written; of {@code complete}. */
    public Usage usage() {
        JsonNode usage = metadata().path("usage");
        return new Usage(
                usage.path("prompt_tokens").asInt(),
                usage.path("completion_tokens").asInt());
    }

    /** Calls to providers; of {@code complete}. */
    public int attempts() {
        return metadata().path("attempts").asInt();
    }

    /** Whether the answer broke off and was gone on with; of {@code complete}. */
    public boolean resumed() {
        return metadata().path("resumed").asBoolean();
    }

    private JsonNode metadata() {
        return json.path("metadata");
    }

    /** What went wrong; of {@code error}. */
    public CaravanException failure() {
        JsonNode error = json.path("error");
        String message = error.path("message").asText();
        boolean partial = error.path("partial").asBoolean();
        ErrorCode code = ErrorCode.of(error.path("code").asText()).orElse(ErrorCode.INTERNAL);
        return switch (code) {
            case CANCELLED -> new CancelledException(message, partial);
            case INTERNAL -> new InternalException(message, null);
            case STREAM_INTERRUPTED, PROVIDER_PROTOCOL -> new StreamException(code, message, partial, null);
            case RATE_LIMITED, PROVIDER_UNAVAILABLE, OVERLOADED, PROVIDER_TIMEOUT ->
                UnavailableException.inVain(code, message, null);
            case INVALID_REQUEST, UNAUTHORIZED, MODEL_NOT_FOUND, TOOL_FAILED, PROVIDER_REJECTED ->
                new RejectedException(code, message);
        };
    }
}
