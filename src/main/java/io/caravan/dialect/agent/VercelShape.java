package io.caravan.dialect.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.dialect.Finish;
import io.caravan.dialect.Json;
import io.caravan.dialect.ServerWords;
import io.caravan.failure.StreamException;
import java.util.Optional;

/** The UI message stream of Vercel's AI SDK, up to {@code finish}. */
final class VercelShape implements AgentShape {

    private final AgentChunks chunks;
    private final AgentTools tools;

    VercelShape(AgentChunks chunks) {
        this.chunks = chunks;
        this.tools = new AgentTools(chunks);
    }

    @Override
    public Optional<Finish> take(AgentEvent event) {
        event.throwError();
        Optional<JsonNode> object = event.object();
        return object.isPresent() ? take(event.type(), object.get()) : Optional.empty();
    }

    @Override
    public boolean endsWithItsStream() {
        return false;
    }

    private Optional<Finish> take(String type, JsonNode json) {
        switch (type) {
            case "text-delta" -> chunks.text(Json.text(json, "delta"));
            case "reasoning-delta" -> chunks.thinking(Json.text(json, "delta"));
            case "start", "message-metadata" -> usage(json);
            case "finish" -> {
                usage(json);
                return Optional.of(chunks.finish(Json.text(json, "finishReason").replace('-', '_')));
            }
            case "abort" -> {
                String reason = Json.text(json, "reason");
                throw StreamException.interrupted(
                        "The agent's run was cancelled before its end"
                                + (reason.isEmpty() ? "" : ": " + ServerWords.of(reason)),
                        null);
            }
            default -> tool(type, json);
        }
        return Optional.empty();
    }

    private void tool(String type, JsonNode json) {
        String id = Json.text(json, "toolCallId");
        switch (type) {
            case "tool-input-available" -> tools.call(id, Json.text(json, "toolName"), json.path("input"));
            case "tool-input-error" -> {
                tools.call(id, Json.text(json, "toolName"), json.path("input"));
                tools.result(id, json.path("errorText"), true);
            }
            case "tool-output-available" -> {
                if (!json.path("preliminary").asBoolean()) {
                    tools.result(id, json.path("output"), false);
                }
            }
            case "tool-output-error" -> tools.result(id, json.path("errorText"), true);
            default -> {
                // Of a kind that is nothing to us: steps, sources, files, data.
            }
        }
    }

    /** It has no place of its own: agents put it among the message's metadata. */
    private void usage(JsonNode json) {
        JsonNode metadata = json.path("messageMetadata");
        chunks.usage(metadata.has("totalUsage") ? metadata.path("totalUsage") : metadata.path("usage"));
    }
}
