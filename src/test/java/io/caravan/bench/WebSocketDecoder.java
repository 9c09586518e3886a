package io.caravan.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** The handshake's answer, then frames. */
final class WebSocketDecoder implements Decoder {

    /** What a connection does with what comes. The bytes are lent for the time of the call. */
    interface Listener {
        void opened();

        void text(byte[] bytes, int from, int to);

        void ping(byte[] bytes, int from, int to);
    }

    private final Listener listener;
    private boolean open;

    WebSocketDecoder(Listener listener) {
        this.listener = listener;
    }

    @Override
    public int decode(byte[] bytes, int from, int to) {
        int at = from;
        if (!open) {
            at = handshake(bytes, from, to);
        }
        while (open) {
            int next = frame(bytes, at, to);
            if (next == at) {
                break;
            }
            at = next;
        }
        return at - from;
    }

    private int handshake(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return from;
        }
        if (!text.startsWith("HTTP/1.1 101")) {
            throw new ProtocolException(text.lines().findFirst().orElse(""));
        }
        open = true;
        listener.opened();
        return from + end + 4;
    }

    private int frame(byte[] bytes, int at, int to) {
        if (to - at < 2) {
            return at;
        }
        int length = bytes[at + 1] & 0x7f;
        int start = at + 2;
        if (length >= 126) {
            int width = length == 126 ? 2 : 8;
            if (to - start < width) {
                return at;
            }
            length = 0;
            for (int i = 0; i < width; i++) {
                length = (length << 8) | (bytes[start + i] & 0xff);
            }
            start += width;
        }
        if (to - start < length) {
            return at;
        }
        take(bytes[at] & 0x0f, bytes, start, start + length);
        return start + length;
    }

    private void take(int opcode, byte[] bytes, int from, int to) {
        switch (opcode) {
            case 0, 1 -> listener.text(bytes, from, to);
            case 8 -> throw new ProtocolException("closed by the other side");
            case 9 -> listener.ping(bytes, from, to);
            default -> {
                // A pong, or bytes: nothing that was asked for.
            }
        }
    }
}
