package io.caravan.mcp;

import io.caravan.limit.Times;
import io.caravan.mcp.McpException.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The one connection to a server that there is at a time. It is opened on a thread of its own, within a time, so that
 * whoever waits for it can leave. Thread-safe.
 */
final class McpLink implements AutoCloseable {

    /** Opening takes several steps, each of which has the server's time, or this where that is less. */
    private static final int STEPS = 6;

    private static final Duration LONGEST_STEP = Duration.ofSeconds(10);

    private final String server;
    private final McpConnector connector;
    private final Runnable changed;
    private final Duration patience;
    private @Nullable CompletableFuture<McpConnection> connection;
    private boolean closed;

    /**
     * @param timeout of the server
     * @param changed when its tools have changed, or the connection has ended
     */
    McpLink(String server, McpConnector connector, Duration timeout, Runnable changed) {
        this.server = server;
        this.connector = connector;
        this.changed = changed;
        this.patience = timeout.compareTo(LONGEST_STEP) < 0
                ? timeout.multipliedBy(STEPS)
                : LONGEST_STEP.multipliedBy(STEPS).plus(timeout);
    }

    /** The connection that there is, or will be in a moment; else a new one. */
    synchronized CompletableFuture<McpConnection> open() {
        if (closed) {
            return CompletableFuture.failedFuture(new McpException(Kind.NOT_SENT, server + " is closed"));
        }
        if (connection == null || failed(connection)) {
            connection = opening();
        }
        return connection;
    }

    /** The connection that there is, or will be in a moment. */
    synchronized Optional<CompletableFuture<McpConnection>> current() {
        return Optional.ofNullable(connection).filter(each -> !failed(each));
    }

    /** A new one in place of the one that is of no more use; the first who needs it begins. */
    synchronized CompletableFuture<McpConnection> renew(McpConnection useless) {
        drop(useless);
        return open();
    }

    /** Uses it no more, if it is the current one still; what is under way on it goes on. */
    synchronized void drop(McpConnection useless) {
        if (holds(useless)) {
            connection = null;
            useless.retire();
        }
    }

    /** Whether it is the current one. */
    boolean holds(McpConnection wanted) {
        return established().filter(each -> each == wanted).isPresent();
    }

    /** The connection, if it is there. */
    synchronized Optional<McpConnection> established() {
        return connection == null || !connection.isDone() || failed(connection)
                ? Optional.empty()
                : Optional.of(connection.join());
    }

    private static boolean failed(CompletableFuture<McpConnection> opening) {
        return opening.isCompletedExceptionally();
    }

    private CompletableFuture<McpConnection> opening() {
        CompletableFuture<McpConnection> opening = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        McpConnection made = connector.open(changed);
                        if (!opening.complete(made)) {
                            made.close();
                        }
                    } catch (McpException | RuntimeException e) {
                        opening.completeExceptionally(e);
                    }
                },
                "caravan-mcp-" + server + "-open");
        thread.setDaemon(true);
        CompletableFuture<McpConnection> unused = opening.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((made, thrown) -> {
                    if (thrown != null) {
                        thread.interrupt();
                    }
                });
        thread.start();
        return opening;
    }

    /** Waits for it as long as the request may take, or until that is cancelled. */
    McpConnection await(CompletableFuture<McpConnection> opening, McpRequest request) throws McpException {
        CompletableFuture<McpConnection> awaited = opening.copy();
        McpRequest.Hearing hearing = request.whenCancelled(awaited::completeExceptionally);
        try {
            return await(awaited, request.timeout());
        } finally {
            hearing.close();
        }
    }

    /** Waits for it so long. */
    McpConnection await(CompletableFuture<McpConnection> opening, Duration time) throws McpException {
        try {
            return opening.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new McpException(Kind.TIMED_OUT, server + " was not connected within " + Times.plain(time), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new McpException(Kind.CANCELLED, "interrupted", e);
        } catch (ExecutionException e) {
            throw thrown(e);
        }
    }

    private McpException thrown(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof McpException ours) {
                return ours;
            }
        }
        if (e.getCause() instanceof TimeoutException) {
            return new McpException(
                    Kind.TIMED_OUT, server + " could not be connected within " + Times.plain(patience), e);
        }
        return new McpException(Kind.GARBLED, server + " cannot be used: " + e.getCause(), e);
    }

    @Override
    public synchronized void close() {
        closed = true;
        established().ifPresent(McpConnection::close);
        if (connection != null) {
            connection.completeExceptionally(new McpException(Kind.NOT_SENT, server + " is closed"));
            connection = null;
        }
    }
}
