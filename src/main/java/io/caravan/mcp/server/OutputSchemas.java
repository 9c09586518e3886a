package io.caravan.mcp.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.tool.ArgumentSchema;
import io.caravan.tool.ToolDefinition;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/** The schemas of what tools answer with, each compiled once, and forgotten with its tool. Thread-safe. */
final class OutputSchemas {

    private final Map<ToolDefinition, Optional<ArgumentSchema>> compiled =
            Collections.synchronizedMap(new WeakHashMap<>());

    /** The schema of its structured results, where it has any. */
    Optional<ArgumentSchema> of(ToolDefinition tool) {
        return compiled.computeIfAbsent(tool, each -> each.outputSchema().map(ArgumentSchema::of));
    }

    /** Whether the tool may answer with this. */
    boolean fits(ToolDefinition tool, ObjectNode object) {
        return of(tool).filter(schema -> schema.problem(object).isPresent()).isEmpty();
    }
}
