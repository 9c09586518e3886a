package io.caravan.camel;

import io.caravan.limit.Deadlines;
import io.caravan.mcp.server.CaravanMcp;
import io.caravan.mcp.server.McpHeaders;
import io.caravan.mcp.server.McpMessage;
import io.caravan.mcp.server.McpPost;
import io.caravan.mcp.server.Refusal;
import io.caravan.operate.Journal;
import io.caravan.operate.McpDoorMetrics;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.support.DefaultMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of the door for MCP clients; each is named in the YAML. */
public final class McpDoor {

    private static final Logger LOG = LoggerFactory.getLogger(McpDoor.class);

    private static final String POST = "caravan.mcp-post";
    private static final String HEADERS = "caravan.mcp-headers";
    private static final String CALL = "caravan.mcp-call";
    private static final String MESSAGE = "caravan.mcp-message";
    private static final String BEGUN = "caravan.mcp-begun";
    private static final String ERROR = "caravan.mcp-error";

    private final CaravanMcp server;
    private final Deadlines deadlines;
    private final Duration timeout;
    private final Journal journal;
    private final McpDoorMetrics metrics;

    /** @param timeout for a tool that has none of its own */
    public McpDoor(CaravanMcp server, Deadlines deadlines, Duration timeout, Journal journal, McpDoorMetrics metrics) {
        this.server = server;
        this.deadlines = deadlines;
        this.timeout = timeout;
        this.journal = journal;
        this.metrics = metrics;
    }

    /** A call of a tool under way. */
    private record Call(McpMessage message, TimedRun run) {}

    /** The messages of a request as the body; none if it is refused as a whole. */
    public void read(Exchange exchange) {
        HttpMessage http = exchange.getMessage(HttpMessage.class);
        HttpServerRequest request = http.getRequest();
        McpHeaders headers = new McpHeaders(request::getHeader);
        byte[] body = Optional.ofNullable(http.getBody(byte[].class)).orElse(new byte[0]);
        McpPost post = server.read(headers, body);
        whenLeft(http.getResponse(), post);
        exchange.setProperty(POST, post);
        exchange.setProperty(HEADERS, headers);
        exchange.setMessage(new DefaultMessage(exchange)); // with none of the headers that came in
        exchange.getMessage().setBody(post.messages());
    }

    private static void whenLeft(HttpServerResponse response, McpPost post) {
        response.closeHandler(closed -> post.left());
        if (response.closed()) {
            post.left();
        }
    }

    /** Answers a message; a call of a tool becomes the body, and the endpoint that runs it a property. */
    public void answer(Exchange exchange) {
        McpPost post = exchange.getProperty(POST, McpPost.class);
        McpMessage message = exchange.getMessage().getBody(McpMessage.class);
        exchange.setProperty(MESSAGE, message);
        exchange.setProperty(BEGUN, System.nanoTime());
        try {
            if (message.callsATool()) {
                ToolRun run = server.prepare(post, message, exchange.getProperty(HEADERS, McpHeaders.class));
                Duration time = run.tool().source().timeout().orElse(timeout);
                exchange.setProperty(CALL, new Call(message, TimedRun.begin(run, time, deadlines)));
                exchange.setProperty(
                        "toolEndpoint", run.tool().source().endpoint(run.tool().definition()));
                exchange.getMessage().setBody(run);
            } else {
                server.answer(post, message);
            }
        } catch (Refusal refusal) {
            refuse(exchange, message, refusal);
        }
    }

    private static void refuse(Exchange exchange, McpMessage message, Refusal refusal) {
        exchange.setProperty(ERROR, Integer.toString(refusal.code()));
        exchange.getProperty(POST, McpPost.class).refuse(message, refusal);
    }

    /** Tells the client that it could not be done; why is for the log. */
    public void refuse(Exchange exchange) {
        Exception why = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        LOG.error("A message of an MCP client could not be answered", why);
        Optional<Call> call = Optional.ofNullable(exchange.getProperty(CALL, Call.class));
        if (call.isPresent()) {
            exchange.getMessage().setBody(ToolOutcome.error("The tool failed."));
        } else if (exchange.getMessage().getBody() instanceof McpMessage message) {
            refuse(exchange, message, Refusal.internal());
        }
    }

    /** What a tool said becomes the answer; then the message is done with. */
    public void end(Exchange exchange) {
        Duration time = Duration.ofNanos(System.nanoTime() - exchange.getProperty(BEGUN, long.class));
        Optional<Call> call = Optional.ofNullable(exchange.getProperty(CALL, Call.class));
        call.ifPresent(made -> ran(exchange, made));
        metrics.answered(
                exchange.getProperty(MESSAGE, McpMessage.class).operation(),
                call.map(made -> made.run().run().tool().definition().name()),
                time,
                Optional.ofNullable(exchange.getProperty(ERROR, String.class)));
    }

    private void ran(Exchange exchange, Call call) {
        call.run().end();
        ToolOutcome outcome = exchange.getMessage().getBody() instanceof ToolOutcome said
                ? said
                : ToolOutcome.error("The tool has no result.");
        ToolRun run = call.run().run();
        boolean failed = server.ran(exchange.getProperty(POST, McpPost.class), call.message(), run, outcome);
        if (failed) {
            exchange.setProperty(ERROR, "tool_error");
        }
        journal.toolRan(
                exchange.getExchangeId(),
                run.tool().name(),
                run.tool().source().name(),
                failed ? "tool_failed" : "",
                call.run().elapsed());
    }

    /** All answers as one HTTP response. */
    public void write(Exchange exchange) {
        McpPost post = exchange.getProperty(POST, McpPost.class);
        DefaultMessage response = new DefaultMessage(exchange);
        response.setHeader(Exchange.HTTP_RESPONSE_CODE, post.status());
        if (!post.body().isEmpty()) {
            response.setHeader(Exchange.CONTENT_TYPE, "application/json");
            response.setBody(post.body());
        }
        post.session().ifPresent(session -> response.setHeader("Mcp-Session-Id", session));
        exchange.setMessage(response);
    }
}
