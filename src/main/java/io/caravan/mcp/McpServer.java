package io.caravan.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.mcp.McpException.Kind;
import io.caravan.settings.McpSettings;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import io.caravan.tool.ToolSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MCP server: keeps the connection to it and the list of its tools in the background, and runs calls. A server that is
 * away has no tools, and is tried again, at first often, then every minute. Thread-safe.
 */
public final class McpServer implements ToolSource, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(McpServer.class);
    private static final String ENDPOINT = "direct:mcp-call";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final McpSettings settings;
    private final McpLink link;
    private final McpObserver observer;
    private final ToolListing listing;
    private final ResultText results;
    private final Semaphore wake = new Semaphore(0);
    private final CountDownLatch known = new CountDownLatch(1);
    private final Thread thread;
    private volatile State state = new State(false, "", List.of(), Optional.of("not tried yet"));
    private volatile boolean closed;

    /**
     * How it is.
     *
     * @param revision of MCP that it speaks; empty while it is away
     * @param problem what is wrong with it, if anything
     */
    public record State(boolean up, String revision, List<ToolDefinition> tools, Optional<String> problem) {}

    McpServer(McpSettings settings, McpConnector connector, McpObserver observer) {
        this.settings = settings;
        this.link = new McpLink(settings.name(), connector, wake::release);
        this.observer = observer;
        this.listing = new ToolListing(settings);
        this.results = new ResultText(settings.maxResult());
        this.thread = new Thread(this::keepUp, "caravan-mcp-" + settings.name());
        this.thread.setDaemon(true);
    }

    /** Begins to connect, and returns at once. */
    void start() {
        thread.start();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public List<ToolDefinition> tools() {
        return state.tools();
    }

    /** A little longer than the server's own limit, which says more when it is reached. */
    @Override
    public Optional<Duration> timeout() {
        return Optional.of(settings.timeout().plusSeconds(1));
    }

    @Override
    public String endpoint(ToolDefinition tool) {
        return ENDPOINT;
    }

    /** How it is now. */
    public State state() {
        return state;
    }

    /** How it is, once it has been tried; waits no longer than this for it. */
    public State state(Duration patience) throws InterruptedException {
        if (!known.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("MCP server {}: not known yet", name());
        }
        return state;
    }

    /** Runs one call of a tool to its end. What goes wrong is an outcome too, in words for the model. */
    public ToolOutcome call(ToolRun run) {
        long begun = System.nanoTime();
        ToolDefinition tool = run.tool().definition();
        Optional<String> error = Optional.empty();
        try {
            ToolOutcome outcome =
                    results.of(link.ask(request(run), tool.effects().repeatable()));
            error = outcome.isError() ? Optional.of("tool_error") : Optional.empty();
            return outcome;
        } catch (McpException e) {
            error = Optional.of(e.kind().label());
            return ToolOutcome.error(String.valueOf(e.getMessage()));
        } finally {
            observer.called(name(), tool.name(), Duration.ofNanos(System.nanoTime() - begun), error);
        }
    }

    private McpRequest request(ToolRun run) {
        ObjectNode params = McpJson.object().put("name", run.tool().definition().name());
        params.set("arguments", run.arguments());
        return new McpRequest("tools/call", params, settings.timeout(), Optional.of(run));
    }

    private void keepUp() {
        Duration pause = FIRST_PAUSE;
        while (!closed) {
            try {
                McpConnection current = link.opened();
                up(current, listed(current));
                pause = FIRST_PAUSE;
                await(settings.refresh());
                Optional<String> ended = link.ended();
                if (!closed && ended.isPresent()) {
                    throw new McpException(Kind.UNANSWERED, ended.get());
                }
            } catch (McpException e) {
                down(e);
                wake.drainPermits();
                await(jittered(pause));
                Duration twice = pause.multipliedBy(2);
                pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
            } catch (RuntimeException e) {
                LOG.error("MCP server {}: a surprise", name(), e);
                down(new McpException(Kind.GARBLED, name() + " cannot be used: " + e, e));
                await(LONGEST_PAUSE);
            }
        }
    }

    private ToolListing.Listed listed(McpConnection current) throws McpException {
        try {
            return listing.of(current);
        } catch (McpException e) {
            if (e.kind() == Kind.SESSION_LOST || current.ended().isPresent()) {
                return listing.of(link.renewed(current));
            }
            throw e;
        }
    }

    private void up(McpConnection current, ToolListing.Listed listed) {
        State before = state;
        List<ToolDefinition> tools = before.tools().equals(listed.tools()) ? before.tools() : listed.tools();
        state = new State(true, current.revision(), tools, listed.problem());
        known.countDown();
        if (!before.up() || tools != before.tools()) {
            LOG.info("MCP server {}: {} tools (revision {})", name(), tools.size(), current.revision());
        }
        listed.problem()
                .filter(problem -> !before.problem().equals(Optional.of(problem)))
                .ifPresent(problem -> LOG.warn("MCP server {}: {}", name(), problem));
    }

    private void down(McpException e) {
        State before = state;
        String why = String.valueOf(e.getMessage());
        state = new State(false, "", List.of(), Optional.of(why));
        known.countDown();
        link.failed(e);
        if (!closed && (before.up() || !before.problem().equals(Optional.of(why)))) {
            LOG.warn("MCP server {}: {}. Its tools are missing until it is back", name(), why);
        }
    }

    private void await(Duration time) {
        try {
            if (wake.tryAcquire(time.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private static Duration jittered(Duration pause) {
        return Duration.ofMillis(
                (long) (pause.toMillis() * (0.75 + ThreadLocalRandom.current().nextDouble() / 2)));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        link.close();
    }
}
