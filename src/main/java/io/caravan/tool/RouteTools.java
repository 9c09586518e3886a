package io.caravan.tool;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The routes that are tools, as they start and stop. Models know each by its own name. Thread-safe. */
public final class RouteTools implements ToolSource {

    private final SortedMap<String, ToolDefinition> running = new TreeMap<>();
    private volatile List<ToolDefinition> tools = List.of();

    @Override
    public String name() {
        return "route";
    }

    @Override
    public String prefix() {
        return "";
    }

    /** In the order of their names. */
    @Override
    public List<ToolDefinition> tools() {
        return tools;
    }

    @Override
    public String endpoint(ToolDefinition tool) {
        return "tool:" + tool.name();
    }

    /** Offers a tool from now on, in the place of one of the same name. */
    public synchronized void offer(ToolDefinition tool) {
        if (!tool.equals(running.put(tool.name(), tool))) {
            tools = List.copyOf(running.values());
        }
    }

    /** Offers the tool of this name no more. */
    public synchronized void withdraw(String name) {
        if (running.remove(name) != null) {
            tools = List.copyOf(running.values());
        }
    }
}
