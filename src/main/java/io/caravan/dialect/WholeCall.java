package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.failure.StreamException;
import java.util.concurrent.ThreadLocalRandom;

/** A tool call all of which is there. One without an id is given one, another each time; one without a name is refused. */
public final class WholeCall {

    private static final long IDS = 36L * 36 * 36 * 36 * 36 * 36 * 36 * 36;

    private WholeCall() {}

    /**
     * The call.
     *
     * @param id empty if the server gave none
     */
    public static ToolCall of(String id, String name, JsonNode arguments) {
        if (name.isEmpty()) {
            throw StreamException.protocol("The answer asks for a tool without naming it", null);
        }
        return new ToolCall(id.isEmpty() ? newId() : id, name, arguments);
    }

    private static String newId() {
        return "call_"
                + Long.toString(IDS + ThreadLocalRandom.current().nextLong(IDS), 36)
                        .substring(1);
    }
}
