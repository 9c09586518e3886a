package io.caravan.mcp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.tool.ArgumentSchema;
import io.caravan.tool.ToolDefinition;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutputSchemasTest {

    private final OutputSchemas schemas = new OutputSchemas();

    @Test
    void areCompiledOnce() {
        ToolDefinition tool = tool(Optional.of(object().put("type", "object")));

        Optional<ArgumentSchema> first = schemas.of(tool);

        assertThat(first).isPresent();
        assertThat(schemas.of(tool).orElseThrow()).isSameAs(first.orElseThrow());
    }

    @Test
    void letThroughWhatFits() {
        ObjectNode schema = object().put("type", "object");
        schema.putArray("required").add("order");
        ToolDefinition tool = tool(Optional.of(schema));

        assertThat(schemas.fits(tool, object().put("order", 1))).isTrue();
        assertThat(schemas.fits(tool, object())).isFalse();
    }

    @Test
    void letAnythingThroughWhereThereIsNone() {
        assertThat(schemas.fits(tool(Optional.empty()), object().put("any", "thing")))
                .isTrue();
    }

    private static ToolDefinition tool(Optional<JsonNode> output) {
        return new ToolDefinition("one", "", "", object(), output, ToolDefinition.Effects.UNKNOWN);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
