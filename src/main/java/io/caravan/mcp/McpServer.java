package io.caravan.mcp;

import io.caravan.settings.McpSettings;
import io.caravan.tool.ToolDefinition;
import io.caravan.tool.ToolOutcome;
import io.caravan.tool.ToolRun;
import io.caravan.tool.ToolSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * One MCP server: its tools, as far as they are known, and calls of them. A server that is away has no tools, and is tried
 * again in the background. Thread-safe.
 */
public final class McpServer implements ToolSource, AutoCloseable {

    private static final String ENDPOINT = "direct:mcp-call";

    private final McpSettings settings;
    private final McpConnector connector;
    private final McpObserver observer;
    private final McpLink link;
    private final Standing standing;
    private final Upkeep upkeep;
    private final ToolCalls calls;
    private final ResultText results;

    /**
     * How it is.
     *
     * @param revision of MCP that it speaks; empty while it is away
     * @param problem what is wrong with it, if anything
     */
    public record State(boolean up, String revision, List<ToolDefinition> tools, Optional<String> problem) {}

    McpServer(McpSettings settings, McpConnector connector, McpObserver observer) {
        Semaphore wake = new Semaphore(0);
        this.settings = settings;
        this.connector = connector;
        this.observer = observer;
        this.link = new McpLink(settings.name(), connector, settings.timeout(), wake::release);
        this.standing = new Standing(settings.name());
        this.upkeep = new Upkeep(settings, link, wake, standing);
        this.calls = new ToolCalls(
                settings, link, wake::release, () -> standing.state().problem());
        this.results = new ResultText(settings.maxResult());
    }

    /** Begins to connect, and returns at once. */
    void start() {
        upkeep.start();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public List<ToolDefinition> tools() {
        return standing.state().tools();
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
        return standing.state();
    }

    /** How it is, once it has been tried; waits no longer than this for it. */
    public State state(Duration patience) throws InterruptedException {
        return standing.state(patience);
    }

    /** Whether it has been tried, in vain or not. */
    boolean known() {
        return standing.known();
    }

    /** Runs one call of a tool to its end. What goes wrong is an outcome too, in words for the model. */
    public ToolOutcome call(ToolRun run) {
        long begun = System.nanoTime();
        Optional<String> error = Optional.empty();
        try {
            ToolOutcome outcome = results.of(calls.result(run));
            error = outcome.isError() ? Optional.of("tool_error") : Optional.empty();
            return outcome;
        } catch (McpException e) {
            error = Optional.of(e.kind().label());
            return ToolOutcome.error(String.valueOf(e.getMessage()));
        } finally {
            Duration time = Duration.ofNanos(System.nanoTime() - begun);
            observer.called(name(), run.tool().definition().name(), time, error);
        }
    }

    @Override
    public void close() {
        upkeep.close();
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
