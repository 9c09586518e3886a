package io.caravan.demo;

import com.fasterxml.jackson.databind.JsonNode;

/** A tool the model wants called, with its arguments as a JSON object. */
public record ToolCall(String id, String name, JsonNode arguments) {}
