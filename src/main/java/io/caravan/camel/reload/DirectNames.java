package io.caravan.camel.reload;

import io.caravan.camel.reload.RouteEntry.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The {@code direct:} names that the files read from and send to. A name that is made up while a message is under way
 * cannot be known here.
 */
final class DirectNames {

    private static final String DIRECT = "direct:";
    private static final Set<String> SENDERS = Set.of("to", "toD", "to-d", "wireTap", "wire-tap");

    private final List<RouteFile> files;
    private final List<TemplateInstance> instances;
    private final UnaryOperator<String> resolve;

    DirectNames(List<RouteFile> files, List<TemplateInstance> instances, UnaryOperator<String> resolve) {
        this.files = files;
        this.instances = instances;
        this.resolve = resolve;
    }

    /** Where something is sent to a name that no route reads from; once for each file and name. */
    List<RouteProblem> leadingNowhere() {
        Set<String> inputs = files.stream()
                .flatMap(file -> file.entries().stream())
                .flatMap(this::inputs)
                .collect(Collectors.toSet());
        return files.stream().flatMap(file -> leadingNowhere(file, inputs)).toList();
    }

    private Stream<RouteProblem> leadingNowhere(RouteFile file, Set<String> inputs) {
        Map<String, RouteProblem> found = new LinkedHashMap<>();
        for (RouteEntry entry : file.entries()) {
            targets(entry.node()).forEach(target -> {
                String name = name(target);
                if (name.startsWith(DIRECT) && !name.contains("{{") && !name.contains("${") && !inputs.contains(name)) {
                    found.putIfAbsent(
                            name,
                            new RouteProblem(
                                    file.path(),
                                    Yaml.line(target),
                                    entry.id() + " sends to " + name
                                            + ", which no route reads from: every message that gets there fails"));
                }
            });
        }
        return found.values().stream();
    }

    /** What an entry reads from: a template, once for each route made of it. */
    private Stream<String> inputs(RouteEntry entry) {
        if (entry.kind() == Kind.CONFIGURATION) {
            return Stream.of();
        }
        String input = RoutePlan.input(entry, resolve);
        if (entry.kind() == Kind.ROUTE) {
            return Stream.of(input);
        }
        return instances.stream()
                .filter(instance -> instance.templateId().equals(entry.id()))
                .map(instance -> filledIn(input, instance.parameters()));
    }

    private static String filledIn(String text, Map<String, ?> parameters) {
        String filled = text;
        for (Map.Entry<String, ?> parameter : parameters.entrySet()) {
            filled = filled.replace("{{" + parameter.getKey() + "}}", String.valueOf(parameter.getValue()));
        }
        return filled;
    }

    private static Stream<Node> targets(Node node) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream().flatMap(DirectNames::targets);
        }
        return node instanceof MappingNode mapping
                ? mapping.getValue().stream().flatMap(DirectNames::targets)
                : Stream.of();
    }

    private static Stream<Node> targets(NodeTuple tuple) {
        Node value = tuple.getValueNode();
        boolean sends =
                Yaml.scalar(tuple.getKeyNode()).filter(SENDERS::contains).isPresent();
        return sends ? Stream.of(value) : targets(value);
    }

    /** {@code direct:NAME} in each of the ways in which YAML may say it. */
    private String name(Node target) {
        Optional<String> plain = Yaml.scalar(target);
        String uri =
                plain.or(() -> Yaml.child(target, "uri").flatMap(Yaml::scalar)).orElse("");
        if (uri.equals("direct")) {
            uri = DIRECT
                    + Yaml.child(target, "parameters")
                            .flatMap(parameters -> Yaml.child(parameters, "name"))
                            .flatMap(Yaml::scalar)
                            .orElse("");
        }
        return resolve.apply(uri).replaceFirst("\\?.*", "").replaceFirst("^direct:(//)?", DIRECT);
    }
}
