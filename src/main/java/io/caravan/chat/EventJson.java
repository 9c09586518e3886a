package io.caravan.chat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.caravan.failure.CaravanException;
import java.util.List;
import java.util.Optional;

/** The events of one request as JSON, the way every reply endpoint gets them. */
public final class EventJson {

    private static final JsonStringEncoder QUOTES = JsonStringEncoder.getInstance();
    private static final int ROOM_AROUND_A_CHUNK = 96;

    private final String head;

    /** For the request of this id; absent where it could not be read. */
    public EventJson(Optional<String> requestId) {
        StringBuilder start = new StringBuilder("{\"request_id\":");
        requestId.ifPresentOrElse(id -> quote(start, id), () -> start.append("null"));
        this.head = start.append(",\"status\":\"").toString();
    }

    /** A call of a tool that waits until somebody approves or rejects it. */
    public String awaiting(ChatEvent.ToolCall call, int index) {
        StringBuilder json = new StringBuilder(head);
        toolCall(json, call);
        return indexed(json.append(",\"awaiting\":true}"), index);
    }

    /** A chunk, the {@code index}th of its request, counted from 0. */
    public String chunk(ChatEvent.Chunk chunk, int index) {
        int length = chunk instanceof ChatEvent.Text text ? text.data().length() : 0;
        StringBuilder json = new StringBuilder(head.length() + ROOM_AROUND_A_CHUNK + length).append(head);
        if (chunk instanceof ChatEvent.Text text) {
            quote(json.append("chunk\",\"chunk\":{\"type\":\"text\",\"data\":"), text.data());
        } else if (chunk instanceof ChatEvent.Thinking thinking) {
            quote(json.append("chunk\",\"chunk\":{\"type\":\"thinking\",\"data\":"), thinking.data());
        } else if (chunk instanceof ChatEvent.ToolCall call) {
            toolCall(json, call);
            json.append('}');
        } else if (chunk instanceof ChatEvent.ToolResult result) {
            json.append("chunk\",\"chunk\":{\"type\":\"tool_result\",\"data\":");
            callAndName(json, result.callId(), result.name());
            quote(json.append(",\"result\":"), result.result());
            json.append(",\"is_error\":").append(result.isError()).append('}');
        }
        return indexed(json, index);
    }

    /** The request is under way. */
    public String started(ChatEvent.Started started) {
        StringBuilder json = new StringBuilder(head).append("processing\",\"metadata\":{");
        providerAndModel(json, started.provider(), started.model());
        json.append(",\"session_id\":");
        started.session().ifPresentOrElse(session -> quote(json, session), () -> json.append("null"));
        list(json.append(",\"tools\":"), started.tools());
        return json.append("}}").toString();
    }

    /** The answer is whole. */
    public String completed(ChatEvent.Completed completed) {
        StringBuilder json = new StringBuilder(head).append("complete\",\"metadata\":{");
        providerAndModel(json, completed.provider(), completed.model());
        quote(json.append(",\"finish_reason\":"), completed.finishReason());
        Usage usage = completed.usage();
        return json.append(",\"usage\":{\"prompt_tokens\":")
                .append(usage.promptTokens())
                .append(",\"completion_tokens\":")
                .append(usage.completionTokens())
                .append(",\"total_tokens\":")
                .append(usage.totalTokens())
                .append("},\"timings\":{\"first_chunk_ms\":")
                .append(completed.firstChunkMillis())
                .append(",\"total_ms\":")
                .append(completed.totalMillis())
                .append("},\"attempts\":")
                .append(completed.attempts())
                .append(",\"resumed\":")
                .append(completed.resumed())
                .append("}}")
                .toString();
    }

    /** The request ended without a whole answer. */
    public String failed(CaravanException failure) {
        StringBuilder json = new StringBuilder(head).append("error\",\"error\":{\"code\":");
        quote(json, failure.code().wireName());
        quote(json.append(",\"message\":"), String.valueOf(failure.getMessage()));
        return json.append(",\"retryable\":")
                .append(failure.retryable())
                .append(",\"partial\":")
                .append(failure.partial())
                .append(",\"status_code\":")
                .append(failure.code().status())
                .append("}}")
                .toString();
    }

    /** The models there are, each as {@code provider/model}. */
    public String models(List<String> models) {
        StringBuilder json = new StringBuilder(head).append("complete\",\"metadata\":{\"models\":");
        list(json, models);
        return json.append("}}").toString();
    }

    /** All is well. */
    public String pong() {
        return head + "complete\",\"metadata\":{\"pong\":true}}";
    }

    /** All but the brace behind the call. */
    private static void toolCall(StringBuilder json, ChatEvent.ToolCall call) {
        json.append("chunk\",\"chunk\":{\"type\":\"tool_call\",\"data\":");
        callAndName(json, call.callId(), call.name());
        json.append(",\"arguments\":").append(call.arguments());
    }

    private static String indexed(StringBuilder json, int index) {
        return json.append(",\"metadata\":{\"index\":")
                .append(index)
                .append("}}}")
                .toString();
    }

    private static void callAndName(StringBuilder json, String callId, String name) {
        quote(json.append("{\"call_id\":"), callId);
        quote(json.append(",\"name\":"), name);
    }

    private static void providerAndModel(StringBuilder json, String provider, String model) {
        quote(json.append("\"provider\":"), provider);
        quote(json.append(",\"model\":"), model);
    }

    private static void list(StringBuilder json, List<String> texts) {
        json.append('[');
        for (int i = 0; i < texts.size(); i++) {
            quote(i == 0 ? json : json.append(','), texts.get(i));
        }
        json.append(']');
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        QUOTES.quoteAsString(text, json);
        json.append('"');
    }
}
