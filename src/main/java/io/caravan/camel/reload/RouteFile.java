package io.caravan.camel.reload;

import io.caravan.camel.reload.RouteEntry.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A route file as it was read: its entries, by id, and what all of them share.
 *
 * @param path the file
 * @param text its whole text
 * @param entries routes, templates and configurations, in the order of the file
 * @param shared what the other entries say ({@code onException}, {@code beans} and so on), which concerns every route
 */
record RouteFile(Path path, String text, List<RouteEntry> entries, String shared) {

    /** How the name of every route file ends. */
    static final String ENDING = ".camel.yaml";

    private static final Map<String, Kind> KINDS = Map.of(
            "route", Kind.ROUTE,
            "routeTemplate", Kind.TEMPLATE,
            "route-template", Kind.TEMPLATE,
            "routeConfiguration", Kind.CONFIGURATION,
            "route-configuration", Kind.CONFIGURATION);

    private static final Set<String> SHARED = Set.of(
            "beans",
            "errorHandler",
            "intercept",
            "interceptFrom",
            "interceptSendToEndpoint",
            "onCompletion",
            "onException");

    RouteFile {
        entries = List.copyOf(entries);
    }

    /**
     * Reads a file's text.
     *
     * @throws RouteFileException if it is not YAML, or holds something that a route file cannot hold
     */
    static RouteFile parse(Path path, String text) {
        if (text.isBlank()) {
            throw new RouteFileException(path, 0, "the file is empty");
        }
        try {
            Optional<Node> root = Yaml.parse(text);
            return root.isEmpty() ? new RouteFile(path, text, List.of(), "") : parse(path, text, root.get());
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            throw new RouteFileException(new RouteProblem(path, line, "not valid YAML: " + e.getProblem()), e);
        } catch (YamlEngineException | IllegalArgumentException e) {
            String cause = "not valid YAML: " + Causes.firstLine(String.valueOf(e.getMessage()));
            throw new RouteFileException(new RouteProblem(path, 0, cause), e);
        }
    }

    private static RouteFile parse(Path path, String text, Node root) {
        if (!(root instanceof SequenceNode sequence)) {
            throw new RouteFileException(path, Yaml.line(root), "a route file is a list, of `- route:` and the like");
        }
        List<RouteEntry> entries = new ArrayList<>();
        StringBuilder shared = new StringBuilder();
        for (Node item : sequence.getValue()) {
            NodeTuple only = only(path, item);
            String key = Yaml.scalar(only.getKeyNode()).orElse("?");
            Kind kind = KINDS.get(key);
            if (kind != null) {
                entries.add(entry(path, kind, key, item, only.getValueNode()));
            } else if (SHARED.contains(key)) {
                shared.append(Yaml.text(item, name -> false));
            } else {
                throw new RouteFileException(path, Yaml.line(item), refusal(key));
            }
        }
        return new RouteFile(path, text, entries, shared.toString());
    }

    private static NodeTuple only(Path path, Node item) {
        if (item instanceof MappingNode mapping && mapping.getValue().size() == 1) {
            return mapping.getValue().get(0);
        }
        throw new RouteFileException(
                path, Yaml.line(item), "each entry of the list has one key, such as `route` (is the indent right?)");
    }

    private static RouteEntry entry(Path path, Kind kind, String key, Node item, Node value) {
        int line = Yaml.line(item);
        if (!(value instanceof MappingNode mapping)) {
            throw new RouteFileException(path, line, "`" + key + "` says nothing");
        }
        String id = Yaml.child(value, "id").flatMap(Yaml::scalar).orElse("");
        if (id.isBlank()) {
            throw new RouteFileException(path, line, "`" + key + "` needs an `id`");
        }
        if (RouteIds.reserved(id)) {
            throw new RouteFileException(
                    path, line, "the id `" + id + "` holds a `~`, which marks versions of a route");
        }
        return new RouteEntry(kind, id, line, Yaml.text(value, name -> false), mapping);
    }

    private static String refusal(String key) {
        return switch (key) {
            case "from" -> "`from` stands inside `- route:`, together with an `id`";
            case "rest", "restConfiguration" -> "`" + key + "` is not taken here: write a route from `platform-http:`";
            default ->
                "`" + key + "` is not taken here: a route file holds `route`, `routeTemplate`, "
                        + "`routeConfiguration`, `beans`, and `onException` and the like";
        };
    }

    /** Whether the file itself says what happens to failures in its routes. */
    boolean handlesErrors() {
        return shared.contains("errorHandler") || shared.contains("onException");
    }
}
