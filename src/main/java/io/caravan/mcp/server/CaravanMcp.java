package io.caravan.mcp.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.tool.OfferedTool;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Caravan as an MCP server: answers what clients ask, in both eras of the protocol, and prepares the calls of tools that
 * somebody else runs. A client with a handshake gets a session, which is nothing but a name: it tells whose requests a
 * cancellation means, and outlives any restart. Thread-safe.
 */
public final class CaravanMcp {

    private static final int TTL_MILLIS = 1000;

    private final OfferedTools tools;
    private final ObjectNode serverInfo;
    private final RunningCalls calls = new RunningCalls();

    /**
     * @param tools those that are offered, at each moment
     * @param version of the program
     */
    public CaravanMcp(Supplier<List<OfferedTool>> tools, String version) {
        this.tools = new OfferedTools(tools);
        this.serverInfo =
                object().put("name", "caravan").put("title", "Caravan").put("version", version);
    }

    /** Reads an HTTP request: what it says, or what it is refused with. */
    public McpPost read(McpHeaders headers, byte[] body) {
        return Reading.of(headers, body);
    }

    /**
     * Answers a message that calls no tool.
     *
     * @throws Refusal if it cannot be answered
     */
    public void answer(McpPost post, McpMessage message) {
        if (message.isRequest()) {
            post.answer(message, complete(post, result(post, message)));
        } else if (message.method().equals("notifications/cancelled")) {
            calls.cancel(post.client(), message.params().path("requestId"));
        }
    }

    private ObjectNode result(McpPost post, McpMessage message) {
        boolean stateless = post.era() == Era.STATELESS_REQUESTS;
        return switch (message.method()) {
            case "tools/list" -> list(message, stateless);
            case "server/discover" -> {
                if (!stateless) {
                    throw Refusal.unknownMethod(message.method());
                }
                yield cacheable(discovered());
            }
            case "initialize", "ping" -> {
                if (stateless) {
                    throw Refusal.unknownMethod(message.method());
                }
                yield message.method().equals("ping") ? object() : initialized(post, message);
            }
            default -> throw Refusal.unknownMethod(message.method());
        };
    }

    private ObjectNode list(McpMessage message, boolean stateless) {
        if (message.params().hasNonNull("cursor")) {
            throw Refusal.invalidParams("There is one page only, and no cursor");
        }
        return stateless ? cacheable(tools.list()) : tools.list();
    }

    private ObjectNode initialized(McpPost post, McpMessage message) {
        post.opens(UUID.randomUUID().toString());
        ObjectNode result = object().put(
                        "protocolVersion",
                        Era.agreed(message.params().path("protocolVersion").asText()));
        result.putObject("capabilities").putObject("tools");
        result.set("serverInfo", serverInfo);
        return result;
    }

    private static ObjectNode discovered() {
        ObjectNode result = object();
        result.putArray("supportedVersions").add(Era.STATELESS);
        result.putObject("capabilities").putObject("tools");
        return result;
    }

    private static ObjectNode cacheable(ObjectNode result) {
        return result.put("ttlMs", TTL_MILLIS).put("cacheScope", "private");
    }

    /** What each result says in the stateless era. */
    private ObjectNode complete(McpPost post, ObjectNode result) {
        if (post.era() == Era.STATELESS_REQUESTS) {
            result.put("resultType", "complete");
            result.putObject("_meta").set("io.modelcontextprotocol/serverInfo", serverInfo);
        }
        return result;
    }

    /**
     * The call of a tool that a message asks for. It can be cancelled from here on, until {@link #ran}.
     *
     * @throws Refusal if there is no such tool, or it is not called as it has to be
     */
    public ToolRun prepare(McpPost post, McpMessage message, McpHeaders headers) {
        String name = message.params().path("name").asText();
        JsonNode arguments = message.params().path("arguments");
        OfferedTool tool =
                tools.find(name).orElseThrow(() -> Refusal.invalidParams("There is no tool " + printable(name)));
        if (!arguments.isMissingNode() && !arguments.isObject()) {
            throw Refusal.invalidParams("arguments is a JSON object");
        }
        ObjectNode given = arguments instanceof ObjectNode object ? object : object();
        if (post.era() == Era.STATELESS_REQUESTS) {
            StatelessChecks.checkParameters(tool.definition().inputSchema(), given, headers);
        }
        ToolRun run = new ToolRun(tool, given);
        calls.add(post.client(), message.id().orElseThrow(), run);
        post.runs(run);
        return run;
    }

    /** The call is over, and this came of it; whether the client is told that it failed. */
    public boolean ran(McpPost post, McpMessage message, ToolRun run, ToolOutcome outcome) {
        calls.remove(post.client(), message.id().orElseThrow(), run);
        post.ran(run);
        ObjectNode result = tools.result(run.tool().definition(), outcome);
        post.answer(message, complete(post, result));
        return result.path("isError").asBoolean();
    }

    private static String printable(String name) {
        return name.length() > 128 ? name.substring(0, 128) + " ..." : name;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
