package io.caravan.dialect.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.chat.ChatEvent.ToolResult;
import io.caravan.dialect.Json;
import io.caravan.dialect.ToolArguments;
import io.caravan.dialect.WholeCall;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tools an agent calls by itself: each call is told once it is whole, and its result. Not thread-safe. */
final class AgentTools {

    private record Begun(String name, StringBuilder arguments) {}

    private final AgentChunks chunks;
    private final Map<String, Begun> begun = new LinkedHashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private String fragments = "";

    AgentTools(AgentChunks chunks) {
        this.chunks = chunks;
    }

    void begin(String id, String name) {
        begun.put(id, new Begun(name, new StringBuilder()));
    }

    void add(String id, String arguments) {
        Begun call = begun.get(id);
        if (call != null) {
            call.arguments().append(arguments);
        }
    }

    void end(String id) {
        Begun call = begun.remove(id);
        if (call != null) {
            call(id, call.name(), ToolArguments.of(call.arguments().toString()));
        }
    }

    /** A call in pieces that are not framed: a new name begins the next. */
    void fragment(String id, String name, String arguments) {
        if (!name.isEmpty()) {
            endOfFragments();
            fragments = id;
            begin(id, name);
        }
        add(fragments, arguments);
    }

    /** Something else came: the call in pieces is whole. */
    void endOfFragments() {
        if (!fragments.isEmpty()) {
            end(fragments);
            fragments = "";
        }
    }

    void call(String id, String name, JsonNode arguments) {
        names.put(id, name);
        chunks.hand(WholeCall.of(id, name, ToolArguments.of(arguments)));
    }

    /** @param result a text, or anything else, which becomes one as JSON */
    void result(String id, JsonNode result, boolean isError) {
        chunks.hand(new ToolResult(id, names.getOrDefault(id, ""), Json.asText(result), isError));
    }

    boolean isWithinACall() {
        return !begun.isEmpty();
    }
}
