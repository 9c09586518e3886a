package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;

/** The arguments of a tool call, which servers send as an object, as its text, as an empty text, or not at all. */
public final class ToolArguments {

    private ToolArguments() {}

    /** An object; a text node where the model wrote anything else. */
    public static JsonNode of(JsonNode sent) {
        if (sent.isObject()) {
            return sent;
        }
        if (sent.isNull() || sent.isMissingNode()) {
            return JsonNodeFactory.instance.objectNode();
        }
        return sent.isTextual() ? of(sent.textValue()) : JsonNodeFactory.instance.textNode(sent.toString());
    }

    /** The object the text writes; a text node where it writes anything else. */
    public static JsonNode of(String text) {
        if (text.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        JsonNode node;
        try {
            node = Json.tree(text);
        } catch (IOException e) {
            return JsonNodeFactory.instance.textNode(text);
        }
        if (node.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        // Some models quote the object once too often.
        JsonNode inner = node.isTextual() ? of(node.textValue()) : node;
        return inner.isObject() ? inner : JsonNodeFactory.instance.textNode(text);
    }
}
