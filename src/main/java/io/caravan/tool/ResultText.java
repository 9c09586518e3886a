package io.caravan.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of a tool as text for a model. A text stays as it is, bytes are read as UTF-8, maps, lists, records and arrays become
 * JSON. What is longer than a model should read is cut, and says so.
 */
public final class ResultText {

    /** The longest text, in bytes of UTF-8. */
    public static final int MOST_BYTES = 64 * 1024;

    /** What a text ends with that was cut. */
    public static final String CUT = "\n[cut here: the result is longer than 64 KiB]";

    private static final JsonMapper JSON =
            JsonMapper.builder().findAndAddModules().build();

    private ResultText() {}

    /**
     * The text of a value; absent for one of another kind.
     *
     * @throws IOException if it cannot be read, or has no JSON
     */
    public static Optional<String> of(@Nullable Object value) throws IOException {
        if (value == null) {
            return Optional.of("");
        }
        if (value instanceof CharSequence || value instanceof Number || value instanceof Boolean) {
            return Optional.of(capped(value.toString()));
        }
        if (value instanceof byte[] bytes) {
            return Optional.of(capped(bytes));
        }
        if (value instanceof InputStream stream) {
            try (stream) {
                byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
                return Optional.of(capped(bytes));
            }
        }
        return isJson(value) ? Optional.of(capped(json(value))) : Optional.empty();
    }

    /** The text, or its beginning with a mark behind it. */
    public static String capped(String text) {
        if (text.length() * 3L <= MOST_BYTES) {
            return text;
        }
        byte[] bytes = text.getBytes(UTF_8);
        return bytes.length <= MOST_BYTES ? text : capped(bytes);
    }

    private static String capped(byte[] bytes) {
        int end = Utf8.end(bytes, MOST_BYTES);
        String text = new String(bytes, 0, end, UTF_8);
        return end < bytes.length ? text + CUT : text;
    }

    private static boolean isJson(Object value) {
        return value instanceof JsonNode
                || value instanceof Map
                || value instanceof Collection
                || value instanceof Record
                || value.getClass().isArray();
    }

    private static String json(Object value) throws JsonProcessingException {
        return JSON.writeValueAsString(value);
    }
}
