package io.caravan.tool;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.tool.ToolDefinition.Effects;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Sources of tools for tests. */
final class Sources {

    private Sources() {}

    /** A source that offers tools of these names and never runs one. */
    static ToolSource of(String name, List<ToolDefinition> tools) {
        return new ToolSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<ToolDefinition> tools() {
                return tools;
            }

            @Override
            public String endpoint(ToolDefinition tool) {
                return "direct:" + tool.name();
            }
        };
    }

    static List<ToolDefinition> tools(String... names) {
        return Stream.of(names)
                .map(name -> new ToolDefinition(
                        name,
                        "",
                        "does " + name,
                        JsonNodeFactory.instance.objectNode().put("type", "object"),
                        Optional.empty(),
                        Effects.UNKNOWN))
                .toList();
    }
}
