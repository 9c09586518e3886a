package io.caravan.tool;

import io.caravan.chat.Tool;
import io.caravan.failure.RejectedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All tools there are at the moment, under the names that models know them by. Thread-safe; asking it waits for nobody. */
public final class ToolCatalogue {

    private final List<ToolSource> sources;
    private final NamePatterns confirmed;
    private volatile Snapshot snapshot = new Snapshot(List.of(), Map.of());

    /**
     * @param sources in the order in which their tools are offered
     * @param confirmed the tools of which somebody has to approve each call, by the names that models know
     */
    public ToolCatalogue(List<ToolSource> sources, NamePatterns confirmed) {
        this.sources = List.copyOf(sources);
        this.confirmed = confirmed;
    }

    /** All of them, in the order of their sources. */
    public List<OfferedTool> all() {
        return List.copyOf(current().tools().values());
    }

    /** The tool that models call so, if it is there now. */
    public Optional<OfferedTool> find(String name) {
        return Optional.ofNullable(current().tools().get(name));
    }

    /**
     * Those that a question may use. A source that is away costs its tools, and never the question.
     *
     * @param wanted names and patterns; absent: all
     * @throws RejectedException if a name among them is that of no tool there is, nor may be one of a source that is away
     */
    public List<OfferedTool> chosen(Optional<List<String>> wanted) {
        if (wanted.isEmpty()) {
            return all();
        }
        NamePatterns patterns = new NamePatterns(wanted.get());
        List<String> names = List.copyOf(current().tools().keySet());
        patterns.fittingNone(names).stream()
                .filter(name -> !name.contains("*") && !isAway(name))
                .findFirst()
                .ifPresent(name -> {
                    throw RejectedException.invalid("there is no tool \"" + name + "\"; there "
                            + (names.isEmpty() ? "is none" : "are " + String.join(", ", names)));
                });
        return all().stream().filter(tool -> patterns.fit(tool.name())).toList();
    }

    private boolean isAway(String name) {
        return sources.stream()
                .filter(source -> !source.prefix().isEmpty() && source.tools().isEmpty())
                .anyMatch(source -> name.startsWith(source.prefix() + ToolNames.BETWEEN));
    }

    private Snapshot current() {
        List<List<ToolDefinition>> lists =
                sources.stream().map(ToolSource::tools).toList();
        Snapshot known = snapshot;
        if (!known.isOf(lists)) {
            known = snapshotOf(lists);
            snapshot = known;
        }
        return known;
    }

    private Snapshot snapshotOf(List<List<ToolDefinition>> lists) {
        List<ToolNames.Origin> origins = new ArrayList<>();
        for (int i = 0; i < lists.size(); i++) {
            String source = sources.get(i).prefix();
            lists.get(i).forEach(tool -> origins.add(new ToolNames.Origin(source, tool.name())));
        }
        List<String> names = ToolNames.of(origins);
        Map<String, OfferedTool> tools = new LinkedHashMap<>();
        int next = 0;
        for (int i = 0; i < lists.size(); i++) {
            for (ToolDefinition tool : lists.get(i)) {
                String name = names.get(next++);
                tools.putIfAbsent(
                        name,
                        new OfferedTool(
                                new Tool(name, tool.description(), tool.inputSchema()),
                                sources.get(i),
                                tool,
                                confirmed.fit(name)));
            }
        }
        return new Snapshot(lists, tools);
    }

    /** What was made of these lists of the sources. */
    private record Snapshot(List<List<ToolDefinition>> lists, Map<String, OfferedTool> tools) {

        boolean isOf(List<List<ToolDefinition>> now) {
            if (now.size() != lists.size()) {
                return false;
            }
            for (int i = 0; i < now.size(); i++) {
                if (now.get(i) != lists.get(i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
