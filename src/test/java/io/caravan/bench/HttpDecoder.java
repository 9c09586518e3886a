package io.caravan.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.function.LongConsumer;

/** An HTTP answer: its status, then a body in chunks, with a length, or up to the connection's end. */
final class HttpDecoder implements Decoder {

    private enum State {
        HEAD,
        SIZE,
        DATA,
        DATA_END,
        TRAILER
    }

    private final Stamps stamps;
    private final Runnable ended;
    private State state = State.HEAD;
    private boolean chunked;
    private long left;

    HttpDecoder(LongConsumer stamp, Runnable ended) {
        this.stamps = new Stamps(stamp);
        this.ended = ended;
    }

    @Override
    public int decode(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int next = state == State.DATA ? data(bytes, at, to) : line(bytes, at, to);
            if (next == at) {
                break;
            }
            at = next;
        }
        return at - from;
    }

    private int data(byte[] bytes, int from, int to) {
        int end = (int) Math.min(to, from + left);
        stamps.scan(bytes, from, end);
        left -= end - from;
        if (left == 0) {
            if (chunked) {
                state = State.DATA_END;
            } else {
                end();
            }
        }
        return end;
    }

    private int line(byte[] bytes, int from, int to) {
        int end = from;
        while (end < to && bytes[end] != '\n') {
            end++;
        }
        if (end == to) {
            return from;
        }
        int next = end + 1;
        switch (state) {
            case HEAD -> {
                return head(bytes, from, to);
            }
            case SIZE -> {
                left = size(bytes, from, end);
                state = left == 0 ? State.TRAILER : State.DATA;
            }
            case TRAILER -> {
                if (end - from <= 1) {
                    end();
                }
            }
            default -> state = State.SIZE;
        }
        return next;
    }

    private int head(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return from;
        }
        String head = text.substring(0, end).toLowerCase(Locale.ROOT);
        if (!head.startsWith("http/1.1 200")) {
            throw new ProtocolException(head.lines().findFirst().orElse(""));
        }
        chunked = head.contains("transfer-encoding: chunked");
        int length = head.indexOf("content-length: ");
        left = length < 0
                ? Long.MAX_VALUE
                : Long.parseLong(head.substring(length + 16).lines().findFirst().orElse("0"));
        state = chunked ? State.SIZE : State.DATA;
        return from + end + 4;
    }

    private void end() {
        state = State.HEAD;
        ended.run();
    }

    private static int size(byte[] bytes, int from, int end) {
        int size = 0;
        for (int i = from; i < end; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                break;
            }
            size = 16 * size + digit;
        }
        return size;
    }
}
