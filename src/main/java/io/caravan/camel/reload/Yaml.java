package io.caravan.camel.reload;

import java.util.Optional;
import java.util.function.Predicate;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** A YAML text as a tree that knows its lines. */
final class Yaml {

    private static final int MAX_DEPTH = 200;

    private Yaml() {}

    static Optional<Node> parse(String text) {
        LoadSettings settings = LoadSettings.builder().build();
        return new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text))).getSingleNode();
    }

    static Optional<Node> child(Node node, String key) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                if (scalar(entry.getKeyNode()).filter(key::equals).isPresent()) {
                    return Optional.of(entry.getValueNode());
                }
            }
        }
        return Optional.empty();
    }

    static Optional<String> scalar(Node node) {
        return node instanceof ScalarNode scalar ? Optional.of(scalar.getValue()) : Optional.empty();
    }

    static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    /** The line of a key of the tree's top level; 0 if it is not there. */
    static int lineOfKey(Node node, String key) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                if (scalar(entry.getKeyNode()).filter(key::equals).isPresent()) {
                    return line(entry.getKeyNode());
                }
            }
        }
        return 0;
    }

    /** What a tree says, as lists, maps and plain values. */
    static Object value(Node node) {
        return new StandardConstructor(LoadSettings.builder().build()).constructSingleDocument(Optional.of(node));
    }

    /** What a tree says, without comments and layout, and without the given keys of its top level. */
    static String text(Node node, Predicate<String> without) {
        StringBuilder text = new StringBuilder();
        write(node, without, text, 0);
        return text.toString();
    }

    /** The line of the first key, or else of the first value, that holds the word; 0 if none does. */
    static int lineOf(Node node, String word) {
        int key = lineOf(node, word, true, 0);
        return key > 0 ? key : lineOf(node, word, false, 0);
    }

    private static int lineOf(Node node, String word, boolean keys, int depth) {
        if (depth > MAX_DEPTH) {
            return 0;
        }
        if (node instanceof ScalarNode scalar) {
            return !keys && scalar.getValue().contains(word) ? line(scalar) : 0;
        }
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream()
                    .mapToInt(item -> lineOf(item, word, keys, depth + 1))
                    .filter(line -> line > 0)
                    .findFirst()
                    .orElse(0);
        }
        for (NodeTuple entry : ((MappingNode) node).getValue()) {
            boolean hit =
                    keys && scalar(entry.getKeyNode()).filter(word::equals).isPresent();
            int line = hit ? line(entry.getKeyNode()) : lineOf(entry.getValueNode(), word, keys, depth + 1);
            if (line > 0) {
                return line;
            }
        }
        return 0;
    }

    private static void write(Node node, Predicate<String> without, StringBuilder text, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested deeper than " + MAX_DEPTH + " levels");
        }
        if (node instanceof ScalarNode scalar) {
            text.append(scalar.getValue().length()).append(':').append(scalar.getValue());
        } else if (node instanceof SequenceNode sequence) {
            text.append('[');
            sequence.getValue().forEach(item -> write(item, key -> false, text, depth + 1));
            text.append(']');
        } else if (node instanceof MappingNode mapping) {
            text.append('{');
            for (NodeTuple entry : mapping.getValue()) {
                if (scalar(entry.getKeyNode()).filter(without).isEmpty()) {
                    write(entry.getKeyNode(), key -> false, text, depth + 1);
                    write(entry.getValueNode(), key -> false, text, depth + 1);
                }
            }
            text.append('}');
        }
    }
}
