package io.caravan.dialect.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.dialect.Finish;
import io.caravan.dialect.Json;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import io.caravan.failure.StreamException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The events of AG-UI, up to {@code RUN_FINISHED}. A run that finishes in the middle of a message or a tool call, or says
 * that it was cancelled, is no whole answer.
 */
final class AgUiShape implements AgentShape {

    private final AgentChunks chunks;
    private final AgentTools tools;
    private final Set<String> open = new HashSet<>();

    AgUiShape(AgentChunks chunks) {
        this.chunks = chunks;
        this.tools = new AgentTools(chunks);
    }

    @Override
    public Optional<Finish> take(AgentEvent event) {
        event.throwError();
        Optional<JsonNode> object = event.object();
        if (object.isEmpty()) {
            return Optional.empty();
        }
        JsonNode json = object.get();
        String type = event.type();
        if (!type.equals("TOOL_CALL_CHUNK")) {
            tools.endOfFragments();
        }
        switch (type) {
            case "TEXT_MESSAGE_START" -> open.add(Json.text(json, "messageId"));
            case "TEXT_MESSAGE_END" -> open.remove(Json.text(json, "messageId"));
            case "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CHUNK" -> chunks.text(Json.text(json, "delta"));
            case "REASONING_MESSAGE_CONTENT", "REASONING_MESSAGE_CHUNK", "THINKING_TEXT_MESSAGE_CONTENT" ->
                chunks.thinking(Json.text(json, "delta"));
            default -> tool(type, json);
        }
        return type.equals("RUN_FINISHED") ? Optional.of(finish(json)) : Optional.empty();
    }

    @Override
    public boolean endsWithItsStream() {
        return false;
    }

    private void tool(String type, JsonNode json) {
        String id = Json.text(json, "toolCallId");
        switch (type) {
            case "TOOL_CALL_START" -> tools.begin(id, Json.text(json, "toolCallName"));
            case "TOOL_CALL_ARGS" -> tools.add(id, Json.text(json, "delta"));
            case "TOOL_CALL_END" -> tools.end(id);
            case "TOOL_CALL_CHUNK" -> tools.fragment(id, Json.text(json, "toolCallName"), Json.text(json, "delta"));
            case "TOOL_CALL_RESULT" -> tools.result(id, json.path("content"), false);
            default -> {
                // Of a kind that is nothing to us: steps, state, activities, custom events.
            }
        }
    }

    private Finish finish(JsonNode json) {
        chunks.usage(json.path("usage"));
        String outcome = Json.text(json.path("outcome"), "type");
        if (outcome.equals("cancelled") || !open.isEmpty() || tools.isWithinACall()) {
            throw StreamException.interrupted("The agent's run was cancelled before its end", null);
        }
        if (outcome.equals("interrupt")) {
            throw new RejectedException(
                    ErrorCode.PROVIDER_REJECTED,
                    "The agent's run waits for a decision that cannot be given to it here");
        }
        JsonNode result = json.path("result");
        if (!chunks.answered() && !result.isMissingNode() && !result.isNull()) {
            chunks.text(Json.asText(result));
        }
        return chunks.finish("stop");
    }
}
