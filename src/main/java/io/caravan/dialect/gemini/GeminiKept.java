package io.caravan.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.chat.ChatEvent.Text;
import io.caravan.chat.ChatEvent.Thinking;
import io.caravan.chat.ChatEvent.ToolCall;
import java.util.Optional;

/**
 * What Gemini wants back of an answer with signatures: its parts in their order, each signature in the very part it came in.
 * Calls are in it by their ids alone; what they say is in the message. Not thread-safe.
 */
final class GeminiKept {

    /** The field of {@link io.caravan.chat.Message#kept} it is in. */
    static final String FIELD = "gemini";

    private static final String SIGNATURE = "thoughtSignature";

    private final ArrayNode parts = JsonNodeFactory.instance.arrayNode();
    private final StringBuilder text = new StringBuilder();
    private boolean signed;

    /** Takes the next part. Texts without a signature become one. */
    void add(GeminiPart part) {
        boolean plain = part.signature().isEmpty();
        signed |= !plain;
        if (part.chunk().isEmpty()) {
            sign(text(""), part);
        } else if (part.chunk().get() instanceof ToolCall call) {
            ObjectNode json = next();
            json.putObject("functionCall").put("id", call.callId());
            sign(json, part);
        } else if (part.chunk().get() instanceof Text said) {
            if (plain) {
                text.append(said.data());
            } else {
                sign(text(said.data()), part);
            }
        } else if (part.chunk().get() instanceof Thinking thought && !plain) {
            sign(text(thought.data()).put("thought", true), part);
        }
    }

    /** All parts, if one of them is signed. */
    Optional<JsonNode> whole() {
        if (!signed) {
            return Optional.empty();
        }
        endText();
        return Optional.of(JsonNodeFactory.instance.objectNode().set(FIELD, parts));
    }

    private ObjectNode text(String data) {
        return next().put("text", data);
    }

    private ObjectNode next() {
        endText();
        return parts.addObject();
    }

    private void endText() {
        if (!text.isEmpty()) {
            parts.addObject().put("text", text.toString());
            text.setLength(0);
        }
    }

    private static void sign(ObjectNode json, GeminiPart part) {
        if (!part.signature().isEmpty()) {
            json.put(SIGNATURE, part.signature());
        }
    }
}
