package io.caravan.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.tool.ToolRun;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The calls of tools that run, so that their clients can cancel them with another request. Thread-safe. */
final class RunningCalls {

    private final Map<Key, ToolRun> runs = new ConcurrentHashMap<>();

    private record Key(String client, JsonNode id) {}

    void add(String client, JsonNode id, ToolRun run) {
        if (!client.isEmpty()) {
            runs.put(new Key(client, id), run);
        }
    }

    void remove(String client, JsonNode id, ToolRun run) {
        runs.remove(new Key(client, id), run);
    }

    void cancel(String client, JsonNode id) {
        ToolRun run = runs.get(new Key(client, id));
        if (run != null) {
            run.cancel("the client has cancelled it");
        }
    }
}
