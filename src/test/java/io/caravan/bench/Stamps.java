package io.caravan.bench;

import java.util.function.LongConsumer;

/** Finds the send times in an answer, byte by byte, so that a chunk may be cut anywhere. */
final class Stamps {

    private final LongConsumer found;
    private boolean inside;
    private long value;

    Stamps(LongConsumer found) {
        this.found = found;
    }

    void scan(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte next = bytes[i];
            if (inside && next >= '0' && next <= '9') {
                value = 10 * value + (next - '0');
            } else if (inside) {
                inside = false;
                found.accept(value);
            } else if (next == '@') {
                inside = true;
                value = 0;
            }
        }
    }
}
