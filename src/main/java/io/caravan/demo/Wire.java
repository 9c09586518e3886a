package io.caravan.demo;

import io.vertx.core.buffer.Buffer;

/** How one wire format writes an answer. One instance writes one answer. */
interface Wire {

    /** The content type of a stream. */
    String streamType();

    Buffer thought(String text);

    Buffer text(String text);

    Buffer call(int index, ToolCall call);

    /** The end of a stream. */
    Buffer last(Reply reply, Tally tally, boolean terminated);

    /** The whole answer as one JSON object. */
    Buffer whole(Reply reply, Tally tally);

    /** An error in the middle of a stream. */
    Buffer error(String message);
}
