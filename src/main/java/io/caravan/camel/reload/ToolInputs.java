package io.caravan.camel.reload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.camel.reload.RouteEntry.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * What a tool says of itself in {@code from: tool:NAME}, written so that Camel takes it: Camel puts the parameters into a URI,
 * which holds neither a nested schema nor an {@code &} in a description. So each becomes one JSON text, on the line it was on.
 */
final class ToolInputs {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** What would mean something in a URI. */
    private static final String SPECIAL = "&+%#?()";

    private record Replacement(int start, int end, String by) {}

    private ToolInputs() {}

    /** The file's text for Camel. */
    static String readable(RouteFile file) {
        List<Replacement> replacements = new ArrayList<>();
        for (RouteEntry entry : file.entries()) {
            if (entry.kind() == Kind.ROUTE) {
                parameters(entry).ifPresent(parameters -> replace(file, parameters, replacements));
            }
        }
        StringBuilder text = new StringBuilder(file.text());
        replacements.stream()
                .sorted(Comparator.comparingInt(Replacement::start).reversed())
                .forEach(part -> text.replace(part.start(), part.end(), part.by()));
        return text.toString();
    }

    private static Optional<MappingNode> parameters(RouteEntry entry) {
        Optional<Node> from = Yaml.child(entry.route(), "from");
        return from.flatMap(node -> Yaml.child(node, "uri"))
                .flatMap(Yaml::scalar)
                .filter(uri -> uri.startsWith("tool:"))
                .flatMap(uri -> from.flatMap(node -> Yaml.child(node, "parameters")))
                .filter(MappingNode.class::isInstance)
                .map(MappingNode.class::cast);
    }

    private static void replace(RouteFile file, MappingNode parameters, List<Replacement> replacements) {
        for (NodeTuple parameter : parameters.getValue()) {
            Node value = parameter.getValueNode();
            int start = index(file, value.getStartMark());
            int end = index(file, value.getEndMark());
            if (start < index(file, parameter.getKeyNode().getEndMark())) {
                throw new RouteFileException(
                        file.path(),
                        Yaml.line(parameter.getKeyNode()),
                        "what a tool says of itself stands in its own place, not behind an alias");
            }
            String old = file.text().substring(start, end);
            String kept = old.substring(old.stripTrailing().length());
            long lines = old.stripTrailing().chars().filter(c -> c == '\n').count();
            replacements.add(
                    new Replacement(start, end, quoted(json(value)) + "\n".repeat(Math.toIntExact(lines)) + kept));
        }
    }

    private static int index(RouteFile file, Optional<Mark> mark) {
        return file.text().offsetByCodePoints(0, mark.orElseThrow().getIndex());
    }

    private static String json(Node value) {
        try {
            String json =
                    JSON.writeValueAsString(value instanceof ScalarNode scalar ? scalar.getValue() : Yaml.value(value));
            StringBuilder safe = new StringBuilder();
            json.chars().forEach(c -> {
                if (SPECIAL.indexOf(c) >= 0) {
                    safe.append(String.format("\\u%04x", c));
                } else {
                    safe.append((char) c);
                }
            });
            return safe.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("lists, maps and plain values have a JSON", e);
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
