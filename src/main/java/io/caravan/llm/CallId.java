package io.caravan.llm;

import java.util.concurrent.ThreadLocalRandom;

/** An id for a tool call whose server gave it none; another one each time, since a conversation has many calls. */
final class CallId {

    private static final long IDS = 36L * 36 * 36 * 36 * 36 * 36 * 36 * 36;

    private CallId() {}

    static String create() {
        return "call_"
                + Long.toString(IDS + ThreadLocalRandom.current().nextLong(IDS), 36)
                        .substring(1);
    }
}
