package io.caravan.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.chat.ChatEvent.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What Anthropic wants back of an answer in which it thought: its blocks in their order, the thoughts word for word with
 * their signatures, or locked as they came. Calls are in it by their ids alone; what they say is in the message. Not
 * thread-safe.
 */
final class AnthropicKept {

    /** The field of {@link io.caravan.chat.Message#kept} it is in. */
    static final String FIELD = "anthropic";

    private static final Set<String> THOUGHTS = Set.of("thinking", "redacted_thinking");

    private final List<Block> blocks = new ArrayList<>(2);

    /** Begins a block of any kind. */
    void begin(int index, JsonNode block) {
        blocks.add(new Block(index, block.path("type").asText("")));
        Block begun = blocks.get(blocks.size() - 1);
        begun.text
                .append(block.path("text").asText(""))
                .append(block.path("thinking").asText(""));
        begun.signature.append(block.path("signature").asText(""));
        begun.id = block.path("id").asText("");
        begun.data = block.path("data").asText("");
    }

    /** Takes what a delta adds to a block; a text may come in no block. */
    void add(AnthropicEvent delta) {
        if (blocks.isEmpty() && !delta.text.isEmpty()) {
            blocks.add(new Block(delta.index, "text"));
        }
        for (int i = blocks.size() - 1; i >= 0; i--) {
            Block block = blocks.get(i);
            if (block.index == delta.index) {
                block.text.append(delta.text).append(delta.thinking);
                block.signature.append(delta.signature);
                return;
            }
        }
    }

    /** The blocks, if there are thoughts among them that can be given back with what follows them. */
    Optional<JsonNode> of(List<ToolCall> calls) {
        ArrayNode kept = JsonNodeFactory.instance.arrayNode();
        blocks.forEach(block -> block.json(calls).ifPresent(kept::add));
        while (!kept.isEmpty() && isThought(kept.get(kept.size() - 1))) {
            kept.remove(kept.size() - 1); // the server refuses a turn that ends in a thought
        }
        for (JsonNode block : kept) {
            if (isThought(block)) {
                return Optional.of(JsonNodeFactory.instance.objectNode().set(FIELD, kept));
            }
        }
        return Optional.empty();
    }

    private static boolean isThought(JsonNode block) {
        return THOUGHTS.contains(block.path("type").asText(""));
    }

    private static final class Block {

        private final int index;
        private final String type;
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder signature = new StringBuilder();
        private String id = "";
        private String data = "";

        private Block(int index, String type) {
            this.index = index;
            this.type = type;
        }

        /** A thought without a signature is refused, and a text without a word. */
        private Optional<JsonNode> json(List<ToolCall> calls) {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", type);
            boolean kept = switch (type) {
                case "text" -> !text.isEmpty();
                case "thinking" -> !signature.isEmpty();
                case "redacted_thinking" -> !data.isEmpty();
                case "tool_use" -> calls.stream().anyMatch(call -> call.callId().equals(id));
                default -> false;
            };
            switch (type) {
                case "text" -> json.put("text", text.toString());
                case "thinking" -> json.put("thinking", text.toString()).put("signature", signature.toString());
                case "redacted_thinking" -> json.put("data", data);
                default -> json.put("id", id);
            }
            return kept ? Optional.of(json) : Optional.empty();
        }
    }
}
