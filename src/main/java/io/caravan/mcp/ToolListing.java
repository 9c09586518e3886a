package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.settings.McpSettings;
import io.caravan.tool.NamePatterns;
import io.caravan.tool.ToolDefinition;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks a server for its tools, page by page, and keeps those that are wanted. */
final class ToolListing {

    private static final int MOST_PAGES = 200;
    static final int MOST_TOOLS = 1_000;

    private final McpSettings settings;
    private final NamePatterns wanted;

    ToolListing(McpSettings settings) {
        this.settings = settings;
        this.wanted = new NamePatterns(settings.tools());
    }

    /**
     * The tools, each name once.
     *
     * @param problem why it is not all of them, if so
     */
    record Listed(List<ToolDefinition> tools, Optional<String> problem) {}

    /** Follows the cursor to its end; an empty text is one too. */
    Listed of(McpConnection connection) throws McpException {
        Map<String, ToolDefinition> tools = new LinkedHashMap<>();
        if (!connection.hasTools()) {
            return new Listed(List.of(), Optional.empty());
        }
        boolean strict = connection.revision().equals(Stateless.REVISION);
        Set<String> cursors = new HashSet<>();
        ObjectNode params = McpJson.object();
        for (int page = 1; ; page++) {
            JsonNode result = connection.request(new McpRequest("tools/list", params, settings.timeout()));
            if (!result.path("tools").isArray()) {
                throw new McpException(
                        McpException.Kind.GARBLED, settings.name() + " answered tools/list without a list of tools");
            }
            for (JsonNode json : result.path("tools")) {
                ToolReader.read(json)
                        .filter(tool -> wanted.fit(tool.name()))
                        .filter(tool -> !strict || ParamHeaders.valid(tool.inputSchema()))
                        .ifPresent(tool -> tools.putIfAbsent(tool.name(), tool));
                if (tools.size() == MOST_TOOLS) {
                    return cut(
                            tools,
                            "only its first " + MOST_TOOLS + " tools are used: name those that are needed in"
                                    + " caravan.mcp." + settings.name() + ".tools");
                }
            }
            JsonNode cursor = result.path("nextCursor");
            if (!cursor.isTextual()) {
                return new Listed(List.copyOf(tools.values()), Optional.empty());
            }
            if (!cursors.add(cursor.textValue()) || page == MOST_PAGES) {
                return cut(tools, "its list of tools does not end; the first " + page + " pages are used");
            }
            params = McpJson.object().put("cursor", cursor.textValue());
        }
    }

    private static Listed cut(Map<String, ToolDefinition> tools, String why) {
        return new Listed(List.copyOf(tools.values()), Optional.of(why));
    }
}
