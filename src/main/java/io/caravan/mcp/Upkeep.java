package io.caravan.mcp;

import io.caravan.limit.GrowingPause;
import io.caravan.mcp.McpException.Kind;
import io.caravan.settings.McpSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connection to a server and the list of its tools, on a thread of its own. A server that is away is tried again,
 * at first often, then every minute; however many say in between that something has changed.
 */
final class Upkeep implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(McpServer.class);

    /** Before a server that went away is tried again. */
    private static final GrowingPause PAUSES = new GrowingPause(Duration.ofSeconds(1), Duration.ofMinutes(1), 0.75);

    /** Up for so long, it may go down without being suspected. */
    private static final Duration STEADY = Duration.ofSeconds(30);

    /** Between two lists. */
    private static final Duration BREATH = Duration.ofSeconds(1);

    /** So many lists in a row may be late. */
    private static final int MOST_LATE = 3;

    /** The opening has a limit of its own. */
    private static final Duration FOREVER = Duration.ofDays(1);

    private final McpSettings settings;
    private final McpLink link;
    private final Semaphore wake;
    private final Standing standing;
    private final ToolListing listing;
    private final Thread thread;
    private volatile boolean closed;
    private int late;
    private int failures;

    /** @param wake gets a permit when there is something to look at */
    Upkeep(McpSettings settings, McpLink link, Semaphore wake, Standing standing) {
        this.settings = settings;
        this.link = link;
        this.wake = wake;
        this.standing = standing;
        this.listing = new ToolListing(settings);
        this.thread = new Thread(this::keepUp, "caravan-mcp-" + settings.name());
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void keepUp() {
        long begun = System.nanoTime();
        while (!closed) {
            try {
                McpConnection current = link.await(link.open(), FOREVER);
                if (!standing.state().up()) {
                    begun = System.nanoTime();
                }
                current = refreshed(current);
                breathe(current);
                if (!closed && current.ended().isPresent() && link.holds(current)) {
                    throw new McpException(Kind.UNANSWERED, current.ended().get());
                }
            } catch (McpException e) {
                if (standing.state().up() && System.nanoTime() - begun > STEADY.toNanos()) {
                    failures = 0;
                }
                down(e, PAUSES.after(failures++));
            } catch (RuntimeException e) {
                if (!closed) { // what else is closed may be closed already
                    LOG.error("MCP server {}: a surprise", settings.name(), e);
                    down(
                            new McpException(Kind.GARBLED, settings.name() + " cannot be used: " + e, e),
                            PAUSES.longest());
                }
            }
        }
    }

    /** Fetches the list; a server that works, but is late with it, keeps the one before. */
    private McpConnection refreshed(McpConnection current) throws McpException {
        McpConnection used = current;
        try {
            try {
                standing.up(used.revision(), listing.of(used));
            } catch (McpException e) {
                if (e.kind() != Kind.SESSION_LOST) {
                    throw e;
                }
                used = link.await(link.renew(used), FOREVER);
                standing.up(used.revision(), listing.of(used));
            }
            late = 0;
        } catch (McpException e) {
            boolean bearable = e.kind() == Kind.TIMED_OUT
                    && standing.state().up()
                    && used.ended().isEmpty();
            if (!bearable || ++late > MOST_LATE) {
                late = 0;
                throw e;
            }
            standing.stale(String.valueOf(e.getMessage()));
        }
        return used;
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

    /** Leaves the server alone for a while. */
    private void down(McpException e, Duration pause) {
        Optional<McpConnection> useless = link.established();
        if (!closed) {
            standing.down(String.valueOf(e.getMessage()));
        }
        useless.filter(each -> each.ended().isPresent() || !mayComeBack(e)).ifPresent(link::drop);
        pause(pause, useless);
    }

    /** Whether the connection may be of use again; other calls may still run on it. */
    private static boolean mayComeBack(McpException e) {
        return e.kind() == Kind.NOT_SENT || e.kind() == Kind.TIMED_OUT || e.kind() == Kind.UNANSWERED;
    }

    /**
     * Ends early only where a call has made a connection meanwhile. Everyone who used the useless one wakes us, some of them
     * late.
     */
    private void pause(Duration time, Optional<McpConnection> useless) {
        long begun = System.nanoTime();
        Duration left = time;
        while (!closed && left.toMillis() > 0 && !connectedAnew(useless)) {
            await(left);
            left = time.minusNanos(System.nanoTime() - begun);
        }
    }

    private boolean connectedAnew(Optional<McpConnection> useless) {
        Optional<McpConnection> there =
                link.established().filter(each -> each.ended().isEmpty());
        return there.isPresent() && !there.equals(useless);
    }

    /** So long, or until there is something to look at. */
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

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
