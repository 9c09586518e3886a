package io.caravan.demo;

import io.vertx.core.buffer.Buffer;

/** How one wire format writes an answer. One instance writes one answer. */
interface Wire {

    /** The content type of a stream. */
    String streamType();

    Buffer thought(String text);

    Buffer text(String text);

    Buffer call(int index, ToolCall call);

    /** Whether the calls come before the text, which says what came of them: an agent makes them itself. */
    default boolean callsFirst() {
        return false;
    }

    /** The end of a stream. */
    Buffer last(Reply reply, Tally tally, boolean terminated);

    /** The whole answer as one JSON object. */
    Buffer whole(Reply reply, Tally tally);

    /** An error in the middle of a stream. */
    Buffer error(String message);
}
