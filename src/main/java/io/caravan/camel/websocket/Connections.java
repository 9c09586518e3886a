package io.caravan.camel.websocket;

import io.caravan.failure.CancelledException;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All connections by key. They are pinged by one timer, which runs only while there are any, and in small groups: thousands of
 * pings and pongs at once would hold up every answer on its way. Thread-safe.
 */
final class Connections {

    private static final long NO_TIMER = -1;

    /** How many groups are pinged one after the other within an interval: no more than there are ticks in it. */
    private static final int MOST_GROUPS = 100;

    private final Map<String, Connection> byKey = new ConcurrentHashMap<>();
    private final Vertx vertx;
    private final int groups;
    private final long tickMillis;
    private long timer = NO_TIMER;
    private int group;

    Connections(Vertx vertx, WebSocketSettings settings) {
        this.vertx = vertx;
        long interval = settings.pingInterval().toMillis();
        this.groups = (int) Math.min(MOST_GROUPS, interval);
        this.tickMillis = interval / groups;
    }

    void add(Connection connection) {
        byKey.put(connection.key(), connection);
        keepTime();
    }

    void remove(Connection connection) {
        byKey.remove(connection.key());
        if (byKey.isEmpty()) {
            keepTime();
        }
    }

    /** The connection of this key. */
    Connection get(String key) {
        Connection connection = byKey.get(key);
        if (connection == null) {
            throw new CancelledException("The caller has left", false);
        }
        return connection;
    }

    int size() {
        return byKey.size();
    }

    long waitingBytes() {
        return byKey.values().stream().mapToLong(Connection::waitingBytes).sum();
    }

    /** All of them, as they come and go. */
    Collection<Connection> all() {
        return byKey.values();
    }

    /** Those that came in by this door. */
    List<Connection> of(Door door) {
        return byKey.values().stream()
                .filter(connection -> connection.door() == door)
                .toList();
    }

    /** Closes each after what was sent to it; done when the routes know that all have left. */
    static CompletableFuture<Void> closeAll(Collection<Connection> connections, int code, String reason) {
        return CompletableFuture.allOf(connections.stream()
                .map(connection -> connection.close(code, reason))
                .toArray(CompletableFuture<?>[]::new));
    }

    private synchronized void keepTime() {
        if (byKey.isEmpty() && timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
        } else if (!byKey.isEmpty() && timer == NO_TIMER) {
            timer = vertx.setPeriodic(tickMillis, tick -> pingNextGroup());
        }
    }

    /** On the event loop of the timer alone. A key is random, so the groups are about as large as one another. */
    private void pingNextGroup() {
        group = (group + 1) % groups;
        byKey.forEach((key, connection) -> {
            if (Math.floorMod(key.hashCode(), groups) == group) {
                connection.ping();
            }
        });
    }
}
