package io.caravan.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a stream of events has come, and when the server wants to be asked for the rest: its {@code id} and {@code retry}
 * fields. Thread-safe.
 */
final class EventTail {

    private static final int LONGEST_FIELD = 1024;
    private static final Duration USUAL = Duration.ofSeconds(1);
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int last;
    private Optional<String> begun = Optional.empty();
    private Optional<String> whole = Optional.empty();
    private Duration retry = USUAL;

    /** These bytes have come; they can still be read by others. */
    synchronized void came(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            came(bytes.get(i));
        }
    }

    private void came(int b) {
        if (b == '\r' || (b == '\n' && last != '\r')) {
            lineEnded();
        } else if (b != '\n' && line.size() < LONGEST_FIELD) {
            line.write(b);
        }
        last = b;
    }

    private void lineEnded() {
        if (line.size() == 0) {
            whole = begun;
        } else {
            field(line.toString(UTF_8));
            line.reset();
        }
    }

    private void field(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return;
        }
        String value = text.substring(text.startsWith(" ", colon + 1) ? colon + 2 : colon + 1);
        switch (text.substring(0, colon)) {
            case "id" -> begun = Optional.of(value).filter(id -> !id.isEmpty());
            case "retry" -> {
                if (value.matches("\\d{1,9}")) {
                    retry = Duration.ofMillis(Long.parseLong(value));
                }
            }
            default -> {}
        }
    }

    /** Asks for what follows the last whole event; what came after that is forgotten. */
    synchronized HttpRequest.Builder resume(HttpRequest.Builder request) {
        line.reset();
        last = 0;
        begun = whole;
        return request.setHeader("Last-Event-ID", whole.orElse(""));
    }

    /** The id of the last event that has come as a whole. */
    synchronized Optional<String> id() {
        return whole;
    }

    /** How long to wait before the rest is asked for. */
    synchronized Duration retry() {
        return retry.compareTo(SHORTEST) < 0 ? SHORTEST : retry;
    }
}
