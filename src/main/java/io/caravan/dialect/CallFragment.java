package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent.ToolCall;
import java.util.ArrayList;
import java.util.List;

/** A tool call or a piece of one. {@code index} is -1 where the server gave none. */
public record CallFragment(int index, String id, String name, JsonNode arguments) {

    /** Those in a list of {@code tool_calls} as OpenAI writes it, and others after it. */
    public static List<CallFragment> in(JsonNode list) {
        List<CallFragment> fragments = new ArrayList<>(1);
        for (JsonNode call : list) {
            JsonNode function = call.path("function");
            fragments.add(new CallFragment(
                    call.path("index").asInt(-1),
                    call.path("id").asText(""),
                    function.path("name").asText(""),
                    function.path("arguments")));
        }
        return fragments;
    }

    /** The call, where nothing of it can be in another piece. */
    public ToolCall whole() {
        return WholeCall.of(id, name, ToolArguments.of(arguments));
    }
}
