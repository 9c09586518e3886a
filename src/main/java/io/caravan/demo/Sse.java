package io.caravan.demo;

import io.vertx.core.buffer.Buffer;

/** Server-sent events, as most servers frame them. */
final class Sse {

    /** With what many streams end. */
    static final String DONE = "data: [DONE]\n\n";

    private Sse() {}

    /** An event without a name. */
    static Buffer event(Buffer data) {
        return Buffer.buffer("data: ").appendBuffer(data).appendString("\n\n");
    }

    static Buffer event(String name, Buffer data) {
        return Buffer.buffer("event: " + name + "\n").appendBuffer(event(data));
    }
}
