package io.caravan.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The arguments that a tool wants in headers of their own too: properties of its schema that are marked
 * {@code x-mcp-header}.
 */
final class ParamHeaders {

    private static final String MARK = "x-mcp-header";
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");
    private static final Pattern PLAIN = Pattern.compile("[!-~](?:[ -~\\t]*[!-~])?");
    private static final Pattern ENCODED = Pattern.compile("=\\?base64\\?.*\\?=");
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");

    private ParamHeaders() {}

    /** Whether the marks of a schema can be followed; a tool whose marks cannot must not be used. */
    static boolean valid(JsonNode schema) {
        List<Marked> marked = marked(schema);
        Set<String> names = new HashSet<>();
        return marked.size() == marks(schema)
                && marked.stream()
                        .allMatch(each -> TOKEN.matcher(each.header()).matches()
                                && TYPES.contains(each.schema().path("type").asText())
                                && names.add(each.header().toLowerCase(Locale.ROOT)));
    }

    /** The headers for a call with these arguments; none for one that is not there. */
    static Map<String, String> of(JsonNode schema, JsonNode arguments) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Marked each : marked(schema)) {
            JsonNode value = arguments;
            for (String step : each.path()) {
                value = value.path(step);
            }
            if (value.isValueNode() && !value.isNull()) {
                headers.put("Mcp-Param-" + each.header(), encoded(value.asText()));
            }
        }
        return headers;
    }

    /** A value as a header can carry it. */
    static String encoded(String value) {
        boolean asItIs = (value.isEmpty() || PLAIN.matcher(value).matches())
                && !ENCODED.matcher(value).matches();
        return asItIs ? value : "=?base64?" + Base64.getEncoder().encodeToString(value.getBytes(UTF_8)) + "?=";
    }

    private record Marked(List<String> path, String header, JsonNode schema) {}

    private static List<Marked> marked(JsonNode schema) {
        List<Marked> found = new ArrayList<>();
        collect(schema, List.of(), found);
        return found;
    }

    private static void collect(JsonNode schema, List<String> path, List<Marked> found) {
        schema.path("properties").properties().forEach(property -> {
            List<String> here = new ArrayList<>(path);
            here.add(property.getKey());
            JsonNode mark = property.getValue().path(MARK);
            if (!mark.isMissingNode()) {
                found.add(new Marked(here, mark.isTextual() ? mark.asText() : "", property.getValue()));
            }
            collect(property.getValue(), here, found);
        });
    }

    /** All marks, those that cannot be reached from the root included. */
    private static int marks(JsonNode schema) {
        return schema.findValues(MARK).size() + nested(schema);
    }

    /** Jackson's search does not look below what it has found. */
    private static int nested(JsonNode schema) {
        return schema.findParents(MARK).stream()
                .mapToInt(parent -> parent.properties().stream()
                        .filter(field -> !field.getKey().equals(MARK))
                        .mapToInt(field -> marks(field.getValue()))
                        .sum())
                .sum();
    }
}
