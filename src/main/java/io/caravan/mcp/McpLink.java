package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.mcp.McpException.Kind;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection to one server, made anew where it has to be: the first who needs it makes it. Thread-safe. */
final class McpLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(McpLink.class);

    private final String server;
    private final McpConnector connector;
    private final Runnable changed;
    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable McpConnection connection;
    private volatile boolean closed;

    /** @param changed to be run when the list of tools should be looked at */
    McpLink(String server, McpConnector connector, Runnable changed) {
        this.server = server;
        this.connector = connector;
        this.changed = changed;
    }

    /** The connection there is; else a new one. */
    McpConnection opened() throws McpException {
        making.lock();
        try {
            McpConnection current = connection;
            if (current == null || current.ended().isPresent()) {
                current = connector.open(changed);
                connection = current;
            }
            if (closed) {
                current.close();
                throw new McpException(Kind.NOT_SENT, server + " is closed");
            }
            return current;
        } finally {
            making.unlock();
        }
    }

    /** Another connection than the one that is of no more use. */
    McpConnection renewed(McpConnection useless) throws McpException {
        making.lock();
        try {
            if (connection == useless) {
                connection = null;
                useless.close();
            }
            return opened();
        } finally {
            making.unlock();
        }
    }

    /**
     * Asks over the connection there is, and once more where nothing was done, or where that does no harm.
     *
     * @param repeatable whether a request may be made twice that may have been done
     */
    JsonNode ask(McpRequest request, boolean repeatable) throws McpException {
        McpConnection current = connection;
        if (current == null) {
            throw new McpException(Kind.NOT_SENT, server + " is not connected at the moment");
        }
        try {
            return current.request(request);
        } catch (McpException e) {
            if (wentWrongOnTheWay(e)) {
                changed.run();
            }
            if (!mayBeRepeated(e, repeatable)) {
                throw e;
            }
            LOG.info("{}: {}; the call is made once more", server, e.getMessage());
            McpConnection next =
                    e.kind() == Kind.SESSION_LOST || current.ended().isPresent() ? renewed(current) : current;
            return next.request(request);
        }
    }

    private static boolean wentWrongOnTheWay(McpException e) {
        return e.kind() == Kind.NOT_SENT || e.kind() == Kind.UNANSWERED;
    }

    private static boolean mayBeRepeated(McpException e, boolean repeatable) {
        return e.kind() == Kind.NOT_SENT
                || e.kind() == Kind.SESSION_LOST
                || (e.kind() == Kind.UNANSWERED && repeatable);
    }

    /** Lets go of a connection that is of no more use after this failure; other calls may still run on it. */
    void failed(McpException e) {
        McpConnection current = connection;
        boolean mayComeBack = wentWrongOnTheWay(e) || e.kind() == Kind.TIMED_OUT;
        if (current != null && (current.ended().isPresent() || !mayComeBack)) {
            connection = null;
            current.close();
        }
    }

    /** Why it cannot be used any more, once that is so. */
    Optional<String> ended() {
        McpConnection current = connection;
        return current == null ? Optional.empty() : current.ended();
    }

    /** Waits for nobody: a connection that is just being made is closed by whoever makes it. */
    @Override
    public void close() {
        closed = true;
        McpConnection current = connection;
        if (current != null) {
            current.close();
        }
    }
}
