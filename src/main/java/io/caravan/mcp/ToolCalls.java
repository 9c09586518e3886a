package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.mcp.McpException.Kind;
import io.caravan.settings.McpSettings;
import io.caravan.tool.ToolRun;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The calls of a server's tools, each within its time, some of them twice. Thread-safe. */
final class ToolCalls {

    private static final Logger LOG = LoggerFactory.getLogger(McpServer.class);

    /** So much of a call's time is not counted. */
    private static final Duration NOTHING = Duration.ofMillis(100);

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final McpSettings settings;
    private final McpLink link;
    private final Runnable wake;
    private final Supplier<Optional<String>> problem;

    /**
     * @param wake has the server looked after
     * @param problem what is wrong with it at the moment
     */
    ToolCalls(McpSettings settings, McpLink link, Runnable wake, Supplier<Optional<String>> problem) {
        this.settings = settings;
        this.link = link;
        this.wake = wake;
        this.problem = problem;
    }

    /** The result of a call, whatever it says. */
    JsonNode result(ToolRun run) throws McpException {
        ObjectNode params = McpJson.object().put("name", run.tool().definition().name());
        params.set("arguments", run.arguments());
        McpRequest request = new McpRequest("tools/call", params, settings.timeout(), Optional.of(run));
        return ask(request, run.tool().definition().effects().repeatable());
    }

    /** Repeats once what was not done, or may be done twice; all within the time of the request. */
    private JsonNode ask(McpRequest request, boolean repeatable) throws McpException {
        long begun = System.nanoTime();
        McpConnection current = connected(request);
        try {
            return current.request(rest(request, begun));
        } catch (McpException e) {
            boolean again = e.kind() == Kind.NOT_SENT
                    || e.kind() == Kind.SESSION_LOST
                    || (e.kind() == Kind.UNANSWERED && repeatable);
            if (!again) {
                if (e.kind() == Kind.UNANSWERED) {
                    wake.run();
                }
                throw e;
            }
            if (current.ended().isPresent() && link.holds(current)) {
                wake.run(); // it is begun again in the background, not by each call
                throw e;
            }
            LOG.info("{}: {}; the call is made once more", settings.name(), e.getMessage());
            try {
                McpConnection next = e.kind() == Kind.SESSION_LOST
                        ? link.await(link.renew(current), rest(request, begun))
                        : connected(rest(request, begun));
                return next.request(rest(request, begun));
            } finally {
                wake.run();
            }
        }
    }

    private static McpRequest rest(McpRequest request, long begun) {
        Duration spent = Duration.ofNanos(System.nanoTime() - begun);
        if (spent.compareTo(NOTHING) < 0) {
            return request;
        }
        Duration left = request.timeout().minus(spent);
        return request.within(left.compareTo(SHORTEST) > 0 ? left : SHORTEST);
    }

    private McpConnection connected(McpRequest request) throws McpException {
        Optional<CompletableFuture<McpConnection>> current = link.current();
        if (current.isEmpty()) {
            throw new McpException(
                    Kind.NOT_SENT, problem.get().orElseGet(() -> settings.name() + " is not connected at the moment"));
        }
        return link.await(current.get(), request);
    }
}
