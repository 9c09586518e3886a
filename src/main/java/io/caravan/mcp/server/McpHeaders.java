package io.caravan.mcp.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request.
 *
 * @param lookup the value of a header, whatever the case of its name; null if there is none
 */
public record McpHeaders(Function<String, @Nullable String> lookup) {

    static final String VERSION = "MCP-Protocol-Version";
    static final String SESSION = "Mcp-Session-Id";
    static final String METHOD = "Mcp-Method";
    static final String NAME = "Mcp-Name";
    static final String PARAMETER = "Mcp-Param-";

    private static final String ENCODED = "=?base64?";

    Optional<String> value(String name) {
        return Optional.ofNullable(lookup.apply(name)).map(String::strip);
    }

    /**
     * The text that a header stands for: a value outside of ASCII comes encoded.
     *
     * @throws Refusal if it is encoded and broken
     */
    Optional<String> decoded(String name) {
        return value(name).map(value -> decoded(name, value));
    }

    private static String decoded(String name, String value) {
        if (!value.startsWith(ENCODED) || !value.endsWith("?=") || value.length() < ENCODED.length() + 2) {
            return value;
        }
        try {
            String encoded = value.substring(ENCODED.length(), value.length() - 2);
            if (encoded.length() % 4 != 0) {
                throw new IllegalArgumentException("not padded");
            }
            return new String(Base64.getDecoder().decode(encoded), UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.headerMismatch("The header " + name + " is not Base64");
        }
    }
}
