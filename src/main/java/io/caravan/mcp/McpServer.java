package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.concurrent.CompletableFuture;
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

    /** Up for so long, it may go down without being suspected. */
    private static final Duration STEADY = Duration.ofSeconds(30);

    /** Between two lists. */
    private static final Duration BREATH = Duration.ofSeconds(1);

    /** So many lists in a row may be late. */
    private static final int MOST_LATE = 3;

    /** So much of a call's time is not counted. */
    private static final Duration NOTHING = Duration.ofMillis(100);

    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** The opening has a limit of its own. */
    private static final Duration FOREVER = Duration.ofDays(1);

    private final McpSettings settings;
    private final McpConnector connector;
    private final McpObserver observer;
    private final McpLink link;
    private final ToolListing listing;
    private final ResultText results;
    private final Semaphore wake = new Semaphore(0);
    private final CountDownLatch known = new CountDownLatch(1);
    private final Thread thread;
    private volatile State state = new State(false, "", List.of(), Optional.of("not tried yet"));
    private volatile boolean closed;
    private int late;

    /**
     * How it is.
     *
     * @param revision of MCP that it speaks; empty while it is away
     * @param problem what is wrong with it, if anything
     */
    public record State(boolean up, String revision, List<ToolDefinition> tools, Optional<String> problem) {}

    McpServer(McpSettings settings, McpConnector connector, McpObserver observer) {
        this.settings = settings;
        this.connector = connector;
        this.observer = observer;
        this.link = new McpLink(settings.name(), connector, settings.timeout(), wake::release);
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
            ToolOutcome outcome = results.of(ask(request(run), tool.effects().repeatable()));
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
                    wake.release();
                }
                throw e;
            }
            if (current.ended().isPresent() && link.holds(current)) {
                wake.release(); // it is begun again in the background, not by each call
                throw e;
            }
            LOG.info("{}: {}; the call is made once more", name(), e.getMessage());
            try {
                McpConnection next = e.kind() == Kind.SESSION_LOST
                        ? link.await(link.renew(current), rest(request, begun))
                        : connected(rest(request, begun));
                return next.request(rest(request, begun));
            } finally {
                wake.release();
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
                    Kind.NOT_SENT, state.problem().orElseGet(() -> name() + " is not connected at the moment"));
        }
        return link.await(current.get(), request);
    }

    private McpConnection opened() throws McpException {
        return link.await(link.open(), FOREVER);
    }

    private void keepUp() {
        Duration pause = FIRST_PAUSE;
        long begun = System.nanoTime();
        while (!closed) {
            try {
                McpConnection current = opened();
                if (!state.up()) {
                    begun = System.nanoTime();
                }
                current = refreshed(current);
                breathe(current);
                if (!closed && current.ended().isPresent() && link.holds(current)) {
                    throw new McpException(Kind.UNANSWERED, current.ended().get());
                }
            } catch (McpException e) {
                if (state.up() && System.nanoTime() - begun > STEADY.toNanos()) {
                    pause = FIRST_PAUSE;
                }
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

    /** Fetches the list; a server that works, but is late with it, keeps the one before. */
    private McpConnection refreshed(McpConnection current) throws McpException {
        McpConnection used = current;
        try {
            try {
                up(used, listing.of(used));
            } catch (McpException e) {
                if (e.kind() != Kind.SESSION_LOST) {
                    throw e;
                }
                used = link.await(link.renew(used), FOREVER);
                up(used, listing.of(used));
            }
            late = 0;
        } catch (McpException e) {
            if (e.kind() != Kind.TIMED_OUT || !state.up() || used.ended().isPresent() || ++late > MOST_LATE) {
                late = 0;
                throw e;
            }
            keepTools(e);
        }
        return used;
    }

    private void keepTools(McpException e) {
        State before = state;
        Optional<String> problem = Optional.of("tools/list: " + e.getMessage());
        state = new State(true, before.revision(), before.tools(), problem);
        if (!before.problem().equals(problem)) {
            LOG.warn("MCP server {}: tools/list: {}. Its tools stay as they were", name(), e.getMessage());
        }
    }

    /** Until the list is to be fetched again, which is never at once, however often the server wants it. */
    private void breathe(McpConnection current) {
        Duration breath = settings.refresh().compareTo(BREATH) < 0 ? settings.refresh() : BREATH;
        long listed = System.nanoTime();
        await(settings.refresh());
        Duration left = breath.minusNanos(System.nanoTime() - listed);
        while (!closed && current.ended().isEmpty() && left.toMillis() > 0) {
            await(left);
            left = breath.minusNanos(System.nanoTime() - listed);
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
        Optional<McpConnection> useless = link.established();
        useless.filter(each -> each.ended().isPresent() || !mayComeBack(e)).ifPresent(link::drop);
        if (!closed && (before.up() || !before.problem().equals(Optional.of(why)))) {
            LOG.warn("MCP server {}: {}. Its tools are missing until it is back", name(), why);
        }
    }

    /** Whether the connection may be of use again; other calls may still run on it. */
    private static boolean mayComeBack(McpException e) {
        return e.kind() == Kind.NOT_SENT || e.kind() == Kind.TIMED_OUT || e.kind() == Kind.UNANSWERED;
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

    /** Waits, for a short time, until its program has ended. */
    void awaitEnd() {
        try {
            connector.awaitEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
