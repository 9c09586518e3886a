package io.caravan.dialect;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Puts what a JSON Schema refers to where it does so. Only what is in the schema itself is looked up: nothing is fetched,
 * whatever a reference names. A schema that contains itself is written out {@value #TIMES} times, and one that would grow
 * without bound no further than {@value #LARGEST} schemas, {@value #DEEPEST} within each other; what is left out there
 * allows everything.
 */
final class SchemaReferences {

    private static final int TIMES = 2;
    private static final int LARGEST = 2_000;
    private static final int DEEPEST = 100;
    private static final Set<String> DEFINITIONS = Set.of("$defs", "definitions");

    private final JsonNode root;
    private final Consumer<String> dropped;
    private final Deque<String> open = new ArrayDeque<>();
    private int size;
    private int depth;
    private boolean cut;

    /** @param dropped takes the keywords that are left out */
    SchemaReferences(JsonNode root, Consumer<String> dropped) {
        this.root = root;
        this.dropped = dropped;
    }

    /** The schema without a reference. */
    JsonNode inlined() {
        return inlined(root);
    }

    /** Whether something had to be left out, since the schema contains itself or grows too large. */
    boolean wasCut() {
        return cut;
    }

    /** The schema as it is, but for a reference at its top, which is replaced by what is there. */
    JsonNode withoutReferenceAtTheTop() {
        JsonNode top = root;
        for (int i = 0; i < TIMES && top.path("$ref").isTextual(); i++) {
            ObjectNode beside = top.deepCopy();
            beside.remove("$ref");
            ObjectNode both = target(top.path("$ref").textValue())
                    .filter(JsonNode::isObject)
                    .map(there -> (ObjectNode) there.deepCopy())
                    .orElseGet(JsonNodeFactory.instance::objectNode);
            both.setAll(beside);
            top = both;
        }
        return top;
    }

    private JsonNode inlined(JsonNode schema) {
        if (!schema.isObject()) {
            return schema;
        }
        if (depth == DEEPEST) {
            cut = true;
            schema.fieldNames().forEachRemaining(dropped);
            return JsonNodeFactory.instance.objectNode();
        }
        size++;
        depth++;
        ObjectNode rest = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : schema.properties()) {
            String keyword = field.getKey();
            boolean isReference = keyword.equals("$ref") && field.getValue().isTextual();
            if (!isReference && !DEFINITIONS.contains(keyword)) {
                rest.set(keyword, Subschemas.replaced(keyword, field.getValue(), this::inlined));
            }
        }
        JsonNode reference = schema.path("$ref");
        JsonNode inlined = reference.isTextual() ? referred(reference.textValue(), rest) : rest;
        depth--;
        return inlined;
    }

    /** What stands beside the reference, which counts for more, and what it refers to. */
    private JsonNode referred(String reference, ObjectNode beside) {
        Optional<JsonNode> target = target(reference);
        long times = open.stream().filter(reference::equals).count();
        if (target.isEmpty() || times >= TIMES || size > LARGEST) {
            cut |= target.isPresent();
            dropped.accept("$ref");
            return beside;
        }
        open.push(reference);
        JsonNode there = inlined(target.get());
        open.pop();
        if (there instanceof ObjectNode both) {
            both.setAll(beside);
            return both;
        }
        return beside.isEmpty() ? there : beside;
    }

    private Optional<JsonNode> target(String reference) {
        if (!reference.startsWith("#")) {
            return Optional.empty();
        }
        try {
            String path = URLDecoder.decode(reference.substring(1).replace("+", "%2B"), StandardCharsets.UTF_8);
            return Optional.of(root.at(JsonPointer.compile(path))).filter(found -> !found.isMissingNode());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
