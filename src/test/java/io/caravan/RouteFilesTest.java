package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every shipped route file keeps to. */
class RouteFilesTest {

    private static final int MOST_STEPS = 8;
    private static final int DEEPEST = 3;

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final CamelCatalog CATALOG = new DefaultCamelCatalog();
    private static final Schema SCHEMA = schema();

    /** The entries of a file that have steps of their own. */
    private static final List<String> KINDS = List.of("route", "routeTemplate", "routeConfiguration");

    static Stream<Path> files() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String folder : List.of("routes", "examples")) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".yaml")).sorted().forEach(found::add);
            }
        }
        return found.stream();
    }

    private static Schema schema() {
        try (InputStream schema = RouteFilesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
                    .getSchema(schema);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static JsonNode read(Path file) throws IOException {
        return YAML.readTree(file.toFile());
    }

    private static List<JsonNode> entries(JsonNode file, String... kinds) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode entry : file) {
            for (String kind : kinds) {
                if (entry.has(kind)) {
                    found.add(entry.get(kind));
                }
            }
        }
        return found;
    }

    @Test
    void thereAreRoutes() throws IOException {
        assertThat(files()).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @MethodSource("files")
    void fulfilsTheSchemaOfTheYamlDsl(Path file) throws IOException {
        assertThat(SCHEMA.validate(read(file))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void isNamedAsItsFirstEntryAndSaysWhatEachIsFor(Path file) throws IOException {
        List<JsonNode> entries = entries(read(file), KINDS.toArray(String[]::new));

        assertThat(entries).hasSameSizeAs(read(file));
        assertThat(file.getFileName()).hasToString(entries.get(0).path("id").asText() + ".camel.yaml");
        assertThat(entries).allSatisfy(entry -> {
            assertThat(entry.path("id").asText()).matches("[a-z]+(-[a-z]+)*");
            assertThat(entry.path("description").asText()).matches("[A-Z][^.]{10,120}");
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void listensOnTheDirectEndpointOfItsName(Path file) throws IOException {
        for (JsonNode route : entries(read(file), "route")) {
            String from = route.at("/from/uri").asText();
            if (from.startsWith("direct:")) {
                assertThat(from).isEqualTo("direct:" + route.path("id").asText());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void isShortAndFlat(Path file) throws IOException {
        for (JsonNode entry : entries(read(file), KINDS.toArray(String[]::new))) {
            String id = entry.path("id").asText();
            for (JsonNode steps : entry.findValues("steps")) {
                assertThat(steps.size()).as("steps in a row of %s", id).isLessThanOrEqualTo(MOST_STEPS);
            }
            assertThat(depth(entry)).as("nesting of %s", id).isLessThanOrEqualTo(DEEPEST);
        }
    }

    private static int depth(JsonNode node) {
        int deepest = 0;
        for (JsonNode child : node) {
            deepest = Math.max(deepest, depth(child));
        }
        return node.has("steps") ? deepest + 1 : deepest;
    }

    @ParameterizedTest
    @MethodSource("files")
    void namesNoHostNoPortAndNoSecret(Path file) throws IOException {
        List<String> uris = new ArrayList<>();
        read(file).findValues("uri").forEach(uri -> uris.add(uri.asText()));

        assertThat(uris)
                .allSatisfy(uri -> assertThat(uri)
                        .doesNotContain("?", "localhost", "127.0.0.1")
                        .doesNotContainPattern("://(?!\\{\\{)[a-z0-9.-]+\\.[a-z]+")
                        .doesNotContainPattern(":[0-9]{2,5}(/|$)"));
        assertThat(Files.readString(file)).doesNotContainPattern("(?i)(bearer |sk-|password|api-key: )");
    }

    @ParameterizedTest
    @MethodSource("files")
    void setsOnlyOptionsThatTheEndpointHas(Path file) throws IOException {
        for (JsonNode node : nodesWithParameters(read(file))) {
            String uri = node.get("uri").asText();
            String scheme = uri.startsWith("{{") ? "http" : uri.substring(0, uri.indexOf(':'));
            if (scheme.equals("tool")) {
                continue; // one of ours, and no catalogue knows it: it looks itself when it is loaded
            }
            Set<String> known = new TreeSet<>();
            CATALOG.componentModel(scheme).getEndpointOptions().forEach(option -> known.add(option.getName()));
            node.get("parameters")
                    .fieldNames()
                    .forEachRemaining(name ->
                            assertThat(known).as("options of %s", scheme).contains(name));
        }
    }

    private static List<JsonNode> nodesWithParameters(JsonNode node) {
        List<JsonNode> found = new ArrayList<>();
        if (node.has("uri") && node.path("parameters").isObject()) {
            found.add(node);
        }
        node.forEach(child -> found.addAll(nodesWithParameters(child)));
        return found;
    }

    @ParameterizedTest
    @MethodSource("files")
    void endsWithALineEndAndHoldsNoTab(Path file) throws IOException {
        assertThat(Files.readString(file)).endsWith("\n").doesNotContain("\t", "\r", " \n");
    }
}
