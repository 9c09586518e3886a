package io.caravan.llm;

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
record Capture(int status, Map<String, String> headers, byte[] body) {

    static Capture of(String name) {
        String text = read("/captures/" + name + ".txt");
        text = text.substring(text.indexOf('\n') + 1).replaceFirst("\n\\[curl exit 0]\n$", "");
        if (text.matches("(?s)[0-9]+\\.[0-9]+ .*")) {
            text = text.replaceAll("(?m)^[0-9]+\\.[0-9]+ ", "");
        }
        String[] halves = text.split("\r?\n\r?\n", 2);
        String[] head = halves[0].split("\r?\n");
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < head.length; i++) {
            String[] header = head[i].split(":", 2);
            headers.put(header[0].toLowerCase(Locale.ROOT), header[1].strip());
        }
        return new Capture(Integer.parseInt(head[0].split(" ")[1]), headers, halves[1].getBytes(UTF_8));
    }

    String contentType() {
        return Objects.requireNonNull(headers.get("content-type"));
    }

    private static String read(String resource) {
        try (InputStream in = Objects.requireNonNull(Capture.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
