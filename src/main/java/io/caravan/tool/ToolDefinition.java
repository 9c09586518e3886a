package io.caravan.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A tool as its source describes it, in the terms of MCP.
 *
 * @param name as its source calls it: any text
 * @param title for people; may be empty
 * @param description for the model; may be empty
 * @param inputSchema the JSON Schema of its arguments; an object of the type object
 * @param outputSchema the JSON Schema of its structured result, where there is one
 */
public record ToolDefinition(
        String name,
        String title,
        String description,
        JsonNode inputSchema,
        Optional<JsonNode> outputSchema,
        Effects effects) {

    /**
     * What a call does to the world. Only as good as the word of its source.
     *
     * @param readOnly it changes nothing
     * @param idempotent a second call with the same arguments changes nothing more
     */
    public record Effects(boolean readOnly, boolean idempotent) {

        /** Nothing is known. */
        public static final Effects UNKNOWN = new Effects(false, false);

        /** Whether a call may be made again when nobody knows what became of the first. */
        public boolean repeatable() {
            return readOnly || idempotent;
        }
    }
}
