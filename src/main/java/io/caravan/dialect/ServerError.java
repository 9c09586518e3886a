package io.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server says went wrong, whatever shape it says it in: an object, a text, the page of a proxy, nothing.
 *
 * @param message in the server's words, short and without secrets; empty if there are none
 * @param type of the error, in lower case; empty if unknown
 * @param code as a name or a number, in lower case; empty if unknown
 */
public record ServerError(String message, String type, String code, ErrorDetails details) {

    private static final int READ_AT_MOST = 64 * 1024;
    private static final Pattern TITLE = Pattern.compile("<title>([^<]{1,200})</title>", Pattern.CASE_INSENSITIVE);

    /** Makes the words fit for a log and a caller. */
    public ServerError {
        message = ServerWords.of(message);
        type = type.toLowerCase(Locale.ROOT);
        code = code.toLowerCase(Locale.ROOT);
    }

    /** An error without details. */
    public ServerError(String message, String type, String code) {
        this(message, type, code, ErrorDetails.NONE);
    }

    /** The error in the body of a response. */
    public static ServerError in(byte[] body) {
        try {
            JsonNode json = Json.tree(body);
            if (json.isContainerNode()) {
                return in(json);
            }
        } catch (IOException e) {
            // Not JSON: a text, then.
        }
        String text = new String(body, 0, Math.min(body.length, READ_AT_MOST), UTF_8).strip();
        return new ServerError(text.startsWith("<") ? titleOf(text) : text, "", "");
    }

    /** The error in a JSON document: under {@code error}, or the document itself. */
    public static ServerError in(JsonNode document) {
        Optional<String> wrong =
                ValidationErrors.words(document).or(() -> ValidationErrors.words(document.path("detail")));
        if (wrong.isPresent()) {
            return new ServerError(wrong.get(), "", "");
        }
        JsonNode first = document.isArray() ? document.path(0) : document;
        return told(first.path("error")).orElseGet(() -> of(first));
    }

    /** The error in a list that holds nothing else, which is how Google's OpenAI-compatible server sends it. */
    public static Optional<ServerError> listed(byte[] list) {
        try {
            JsonNode json = Json.tree(list);
            return json.isArray() && isError(json.path(0).path("error")) ? Optional.of(in(json)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether what stands under {@code error} is one. Some servers always send the field. */
    public static boolean isError(JsonNode error) {
        return !error.isMissingNode() && !error.isNull() && !(error.isBoolean() && !error.booleanValue());
    }

    /** What stands under {@code error}, if it is one. */
    public static Optional<ServerError> told(JsonNode error) {
        return isError(error) ? Optional.of(of(error)) : Optional.empty();
    }

    /** The error an object or a text is. */
    public static ServerError of(JsonNode error) {
        if (!error.isObject()) {
            return new ServerError(error.isValueNode() ? error.asText() : error.toString(), "", "");
        }
        String type = text(error, "type");
        return new ServerError(
                words(error),
                type.isEmpty() ? text(error, "status") : type, // as Google's servers call it
                text(error, "code"),
                ErrorDetails.of(error));
    }

    private static String words(JsonNode error) {
        for (String field : new String[] {"message", "detail", "msg", "error"}) {
            JsonNode words = error.path(field);
            if (words.isTextual()) {
                return words.textValue();
            }
            if (words.isContainerNode()) {
                return words.toString();
            }
        }
        return error.isEmpty() ? "" : error.toString();
    }

    private static String text(JsonNode error, String field) {
        JsonNode value = error.path(field);
        return value.isNull() ? "" : value.asText();
    }

    private static String titleOf(String page) {
        Matcher title = TITLE.matcher(page);
        return title.find() ? "a web page: " + title.group(1) : "a web page";
    }
}
