package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A tool the model wants called, with its arguments as a JSON object.
 *
 * @param result what comes of it, where an agent calls it by itself
 */
public record ToolCall(String id, String name, JsonNode arguments, String result) {

    /** One whose result does not matter. */
    public ToolCall(String id, String name, JsonNode arguments) {
        this(id, name, arguments, "scripted");
    }
}
