package io.caravan.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A recorded answer of a real server: what curl printed, which is its command, the head, the body and its exit code;
 * with some recordings each line begins with the second it came at.
 */
public final class Capture {

    private final int status;
    private final Map<String, String> headers = new HashMap<>();
    private final byte[] body;

    private Capture(String head, String body) {
        this.status = Integer.parseInt(head.substring(9, 12));
        head.lines().skip(1).forEach(this::header);
        this.body = body.getBytes(UTF_8);
    }

    /** The recording of this name. */
    public static Capture of(String name) {
        String text = read("/captures/" + name + ".txt");
        text = text.substring(text.indexOf('\n') + 1).replaceFirst("\n\\[curl exit 0]\n$", "");
        if (text.matches("(?s)[0-9]+\\.[0-9]+ .*")) {
            text = text.replaceAll("(?m)^[0-9]+\\.[0-9]+ ", "");
        }
        String[] halves = text.split("\r?\n\r?\n", 2);
        return new Capture(halves[0], halves[1]);
    }

    /** What was sent to get the recording of this name. */
    public static String command(String name) {
        String command = read("/captures/" + name + ".txt").lines().findFirst().orElseThrow();
        String escaped = command.substring(command.indexOf(" -d ") + 4);
        return escaped.replaceAll("\\\\(.)", "$1");
    }

    /** The status of the response. */
    public int status() {
        return status;
    }

    /** Names in lower case. */
    public Map<String, String> headers() {
        return headers;
    }

    /** The type its head gives. */
    public String contentType() {
        return Objects.requireNonNull(headers.get("content-type"));
    }

    /** The body, without what curl added. */
    public byte[] body() {
        return body;
    }

    private void header(String line) {
        int colon = line.indexOf(':');
        headers.put(
                line.substring(0, colon).toLowerCase(Locale.ROOT),
                line.substring(colon + 1).strip());
    }

    private static String read(String resource) {
        try (InputStream in = Objects.requireNonNull(Capture.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
