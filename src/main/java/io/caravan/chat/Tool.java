package io.caravan.chat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A tool that a model may call.
 *
 * @param name as the model calls it: {@code [A-Za-z_][A-Za-z0-9_-]{0,63}}, so that every wire format takes it
 * @param description what it is for, in words for the model; may be empty
 * @param parameters the JSON Schema of its arguments, which are an object
 */
public record Tool(String name, String description, JsonNode parameters) {}
