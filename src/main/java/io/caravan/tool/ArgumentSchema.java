package io.caravan.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import com.networknt.schema.path.PathType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The JSON Schema of a tool's arguments, ready to check them. Draft 2020-12 unless {@code $schema} names an older one; what it
 * refers to has to stand in it, for nothing is ever fetched. Immutable.
 */
public final class ArgumentSchema {

    private static final int MOST_PROBLEMS = 5;

    private static final List<String> DRAFTS =
            List.of("https://json-schema.org/draft/", "http://json-schema.org/draft-");

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry
                    // Only what the library brings along, which are the drafts' own schemas.
                    .schemaLoader(loader -> loader.fetchRemoteResources(false)
                            .block(iri -> DRAFTS.stream().noneMatch(iri.toString()::startsWith)))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .locale(Locale.ENGLISH)
                            .pathType(PathType.JSON_POINTER)
                            .build())
                    .schemaCacheEnabled(false));

    private final Schema schema;

    private ArgumentSchema(Schema schema) {
        this.schema = schema;
    }

    /**
     * Takes a schema.
     *
     * @throws IllegalArgumentException if it is none, is not one of an object, or refers to what does not stand in it; the
     *     message is the reason, to follow the name of whatever holds it
     */
    public static ArgumentSchema of(JsonNode json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("is no JSON Schema: it has to be a JSON object");
        }
        if (!json.path("type").asText().equals("object")) {
            throw new IllegalArgumentException("has to be a JSON Schema of `type: object`");
        }
        try {
            List<Error> errors = SCHEMAS.getSchema(SchemaLocation.of(draft(json).getDialectId()))
                    .validate(json);
            if (!errors.isEmpty()) {
                throw new IllegalArgumentException("is no JSON Schema: " + words(errors.get(0)));
            }
            Schema schema = SCHEMAS.getSchema(json);
            schema.initializeValidators();
            schema.validate(JsonNodeFactory.instance.objectNode());
            return new ArgumentSchema(schema);
        } catch (SchemaException e) {
            throw new IllegalArgumentException("is no JSON Schema that can be used: " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException(
                    "is no JSON Schema that can be used: it refers to itself without end", e);
        }
    }

    /** What is wrong with the arguments, in words for the model; empty if they fit. */
    public Optional<String> problem(ObjectNode arguments) {
        List<Error> errors;
        try {
            errors = schema.validate(arguments);
        } catch (StackOverflowError e) {
            return Optional.of("The arguments are nested too deeply.");
        }
        if (errors.isEmpty()) {
            return Optional.empty();
        }
        String words = errors.stream()
                .map(ArgumentSchema::words)
                .distinct()
                .limit(MOST_PROBLEMS)
                .collect(Collectors.joining("; "));
        return Optional.of("The arguments do not fit the tool: " + words + ".");
    }

    private static SpecificationVersion draft(JsonNode json) {
        return json.has("$schema")
                ? SpecificationVersion.fromSchemaNode(json)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "is no JSON Schema that can be used: its `$schema` is none of the drafts"))
                : SpecificationVersion.DRAFT_2020_12;
    }

    private static String words(Error error) {
        NodePath where = error.getInstanceLocation();
        return switch (error.getKeyword()) {
            case "required" -> field(where.append(error.getProperty())) + " is missing";
            case "additionalProperties", "unevaluatedProperties" ->
                error.getProperty() == null
                        ? field(where) + ": " + error.getMessage()
                        : "there is no " + field(where.append(error.getProperty()));
            case "type" -> field(where) + " is of type " + error.getArguments()[0] + ", not " + error.getArguments()[1];
            default -> field(where) + " " + error.getMessage();
        };
    }

    private static String field(NodePath path) {
        if (path.getNameCount() == 0) {
            return "the whole";
        }
        StringBuilder field = new StringBuilder("`");
        for (int i = 0; i < path.getNameCount(); i++) {
            if (path.getElement(i) instanceof Integer index) {
                field.append('[').append(index).append(']');
            } else {
                field.append(i == 0 ? "" : ".").append(path.getElement(i));
            }
        }
        return field.append('`').toString();
    }
}
