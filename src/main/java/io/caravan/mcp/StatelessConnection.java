package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.limit.Deadlines;
import io.caravan.limit.Times;
import io.caravan.mcp.McpException.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server of revision 2026-07-28 over HTTP: each request stands for itself, and to end its answer's stream is to cancel
 * it.
 */
final class StatelessConnection implements McpConnection {

    private final String server;
    private final HttpExchange http;
    private final Deadlines deadlines;
    private final AtomicLong ids = new AtomicLong();
    private final Abort listening = new Abort();
    private volatile boolean tools;
    private volatile boolean closed;

    private StatelessConnection(String server, McpHttp http, Deadlines deadlines) {
        this.server = server;
        this.http = new HttpExchange(server, http);
        this.deadlines = deadlines;
    }

    /** Asks the server what it is. */
    static StatelessConnection open(
            String server, McpHttp http, Deadlines deadlines, Duration timeout, Runnable changed) throws McpException {
        StatelessConnection connection = new StatelessConnection(server, http, deadlines);
        JsonNode found = connection.request(new McpRequest(Stateless.DISCOVER, McpJson.object(), timeout));
        if (!Stateless.spokenBy(found)) {
            throw new McpException(Kind.REFUSED, server + " does not speak revision " + Stateless.REVISION);
        }
        connection.tools = found.path("capabilities").has("tools");
        if (found.at("/capabilities/tools/listChanged").asBoolean()) {
            connection.listen(changed);
        }
        return connection;
    }

    @Override
    public String revision() {
        return Stateless.REVISION;
    }

    @Override
    public boolean hasTools() {
        return tools;
    }

    @Override
    public Optional<String> ended() {
        return closed ? Optional.of(server + " was closed") : Optional.empty();
    }

    @Override
    public JsonNode request(McpRequest request) throws McpException {
        Abort abort = new Abort();
        Future<?> timer = deadlines.after(
                request.timeout(),
                () -> abort.now(new McpException(
                        Kind.TIMED_OUT, server + " gave no answer within " + Times.plain(request.timeout()))));
        McpRequest.Hearing hearing = request.whenCancelled(abort::now);
        try {
            return Stateless.complete(server, request.params(), params -> send(request, params, abort));
        } finally {
            hearing.close();
            timer.cancel(false);
        }
    }

    /** Once more where the server takes back that it does not speak the revision. */
    private JsonNode send(McpRequest request, ObjectNode params, Abort abort) throws McpException {
        try {
            return sendOnce(request, params, abort);
        } catch (McpException e) {
            if (e.passing()) {
                return sendOnce(request, params, abort);
            }
            throw e;
        }
    }

    private JsonNode sendOnce(McpRequest request, ObjectNode params, Abort abort) throws McpException {
        return http.send(
                Long.toString(ids.incrementAndGet()),
                request.method(),
                params,
                paramHeaders(request),
                abort,
                ignored -> {});
    }

    private static Map<String, String> paramHeaders(McpRequest request) {
        return request.run()
                .map(run -> ParamHeaders.of(run.tool().definition().inputSchema(), run.arguments()))
                .orElse(Map.of());
    }

    /** Hears of changes until the server ends that; the interval of refreshing does the rest. */
    private void listen(Runnable changed) {
        Thread thread = new Thread(
                () -> {
                    try {
                        ObjectNode params = Stateless.described(Stateless.interest());
                        http.send("listen", Stateless.LISTEN, params, Map.of(), listening, message -> {
                            if (message.path("method").asText().equals("notifications/tools/list_changed")) {
                                changed.run();
                            }
                        });
                    } catch (McpException e) {
                        if (!closed && e.kind() != Kind.REFUSED) {
                            changed.run();
                        }
                    }
                },
                "caravan-mcp-" + server + "-listen");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        listening.now(new McpException(Kind.CANCELLED, "closed"));
    }
}
