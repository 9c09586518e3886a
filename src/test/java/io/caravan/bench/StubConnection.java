package io.caravan.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One connection to the stub: collects a request until it is whole. Used by the reading thread alone. */
final class StubConnection {

    /** A request as the stub needs it. */
    record Request(String path, String query, String body) {}

    final SocketChannel channel;

    @Nullable
    PacedAnswer answer;

    private byte[] bytes = new byte[1024];
    private int length;

    StubConnection(SocketChannel channel) {
        this.channel = channel;
    }

    boolean answering() {
        return answer != null && !answer.ended;
    }

    void append(ByteBuffer arrived) {
        int count = arrived.remaining();
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * (length + count));
        }
        arrived.get(bytes, length, count);
        length += count;
    }

    /** The request, once all of it is here. Requests are not expected to be sent ahead of an answer. */
    Optional<Request> request() {
        String text = new String(bytes, 0, length, ISO_8859_1);
        int headEnd = text.indexOf("\r\n\r\n");
        if (headEnd < 0) {
            return Optional.empty();
        }
        String head = text.substring(0, headEnd);
        String body = text.substring(headEnd + 4);
        if (!whole(head.toLowerCase(Locale.ROOT), body)) {
            return Optional.empty();
        }
        length = 0;
        String[] target = head.split(" ", 3)[1].split("\\?", 2);
        return Optional.of(new Request(target[0], target.length > 1 ? target[1] : "", body));
    }

    private static boolean whole(String head, String body) {
        if (head.contains("transfer-encoding: chunked")) {
            return body.endsWith("0\r\n\r\n");
        }
        int at = head.indexOf("content-length:");
        if (at < 0) {
            return true;
        }
        int end = head.indexOf("\r\n", at);
        return body.length()
                >= Integer.parseInt(
                        head.substring(at + 15, end < 0 ? head.length() : end).strip());
    }
}
