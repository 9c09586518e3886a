package io.caravan.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** Writes the frames that {@link Frame} reads. */
public final class Frames {

    private Frames() {}

    /** Asks the question. */
    public static String chat(String requestId, ChatRequest request) {
        ObjectNode frame = frame("chat", requestId);
        frame.set("payload", payload(request));
        return frame.toString();
    }

    /** Ends the request. */
    public static String cancel(String requestId) {
        return frame("cancel", requestId).toString();
    }

    /** Decides about a call of a tool that waits. */
    public static String decide(String requestId, String callId, boolean approved) {
        return frame(approved ? "approve" : "reject", requestId)
                .put("call_id", callId)
                .toString();
    }

    private static ObjectNode frame(String action, String requestId) {
        return Json.STRICT.createObjectNode().put("action", action).put("request_id", requestId);
    }

    private static ObjectNode payload(ChatRequest request) {
        ObjectNode payload = Json.STRICT.createObjectNode();
        ArrayNode messages = payload.putArray("messages");
        request.messages().forEach(message -> messages.add(message(message)));
        request.model().ifPresent(model -> payload.put("model", model));
        request.system().ifPresent(system -> payload.put("system", system));
        request.timeout().ifPresent(time -> payload.put("timeout", time.toMillis() / 1000.0));
        ObjectNode options = options(request.options());
        if (!options.isEmpty()) {
            payload.set("options", options);
        }
        request.toolNames().ifPresent(names -> tools(payload, names));
        request.format().ifPresent(format -> payload.set("format", format));
        return payload.put("stream", request.stream());
    }

    private static ObjectNode message(Message message) {
        ObjectNode json = Json.STRICT
                .createObjectNode()
                .put("role", message.role().name().toLowerCase(Locale.ROOT))
                .put("content", message.content());
        message.toolCallId().ifPresent(id -> json.put("tool_call_id", id));
        if (!message.toolCalls().isEmpty()) {
            ArrayNode calls = json.putArray("tool_calls");
            message.toolCalls()
                    .forEach(call -> calls.addObject()
                            .put("call_id", call.callId())
                            .put("name", call.name())
                            .set("arguments", call.arguments()));
        }
        return json;
    }

    private static ObjectNode options(Options options) {
        ObjectNode json = Json.STRICT.createObjectNode();
        options.temperature().ifPresent(value -> json.put("temperature", value));
        options.topP().ifPresent(value -> json.put("top_p", value));
        options.maxTokens().ifPresent(value -> json.put("max_tokens", value));
        if (!options.stop().isEmpty()) {
            options.stop().forEach(json.putArray("stop")::add);
        }
        options.seed().ifPresent(value -> json.put("seed", value));
        return json;
    }

    private static void tools(ObjectNode payload, List<String> names) {
        if (names.isEmpty()) {
            payload.put("tools", false);
        } else {
            names.forEach(payload.putArray("tools")::add);
        }
    }
}
