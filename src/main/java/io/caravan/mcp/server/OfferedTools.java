package io.caravan.mcp.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolOutcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The tools as MCP describes them, and their results. */
final class OfferedTools {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Supplier<List<OfferedTool>> tools;
    private final OutputSchemas schemas = new OutputSchemas();

    OfferedTools(Supplier<List<OfferedTool>> tools) {
        this.tools = tools;
    }

    Optional<OfferedTool> find(String name) {
        return tools.get().stream()
                .filter(tool -> tool.definition().name().equals(name))
                .findFirst();
    }

    ObjectNode list() {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        var list = result.putArray("tools");
        tools.get().forEach(tool -> list.add(described(tool.definition())));
        return result;
    }

    private static ObjectNode described(ToolDefinition tool) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", tool.name());
        if (!tool.title().isEmpty()) {
            json.put("title", tool.title());
        }
        json.put("description", tool.description());
        json.set("inputSchema", tool.inputSchema());
        tool.outputSchema().ifPresent(schema -> json.set("outputSchema", schema));
        if (tool.effects().repeatable()) {
            ObjectNode annotations = json.putObject("annotations");
            annotations.put("readOnlyHint", tool.effects().readOnly());
            annotations.put("idempotentHint", tool.effects().idempotent());
        }
        return json;
    }

    /** The result of a call; with the object itself where the tool promises one. */
    ObjectNode result(ToolDefinition tool, ToolOutcome outcome) {
        if (outcome.isError() || tool.outputSchema().isEmpty()) {
            return text(outcome);
        }
        return object(outcome.text())
                .filter(object -> schemas.fits(tool, object))
                .map(object -> text(outcome).<ObjectNode>set("structuredContent", object))
                .orElseGet(() -> text(ToolOutcome.error("The tool answered with something else than it promises.")));
    }

    private static ObjectNode text(ToolOutcome outcome) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.putArray("content").addObject().put("type", "text").put("text", outcome.text());
        if (outcome.isError()) {
            result.put("isError", true);
        }
        return result;
    }

    private static Optional<ObjectNode> object(String text) {
        try {
            return JSON.readTree(text) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
