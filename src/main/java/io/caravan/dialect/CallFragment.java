package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;

/** A tool call or a piece of one. {@code index} is -1 where the server gave none. */
public record CallFragment(int index, String id, String name, JsonNode arguments) {}
