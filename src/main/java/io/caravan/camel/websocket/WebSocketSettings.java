package io.caravan.camel.websocket;

import java.time.Duration;

/**
 * The bounds of each connection.
 *
 * @param maxConnections how many at once; a further one is refused with 503
 * @param maxWaitingBytes bytes of answers a connection may leave unread
 * @param slowReaderGrace how long that bound may stay full before the connection is cut off
 * @param pingInterval how often each connection is pinged; one that is silent for two of them is cut off
 * @param maxUnprocessed messages of a connection the routes have not taken yet, before its socket is read no further
 */
public record WebSocketSettings(
        int maxConnections, long maxWaitingBytes, Duration slowReaderGrace, Duration pingInterval, int maxUnprocessed) {

    /** What is meant where nothing is said: 8 MiB unread for 10 s, a ping each 30 s, 256 messages unprocessed. */
    public static final WebSocketSettings DEFAULTS =
            new WebSocketSettings(Integer.MAX_VALUE, 8L << 20, Duration.ofSeconds(10), Duration.ofSeconds(30), 256);

    public WebSocketSettings {
        if (maxConnections < 1 || maxWaitingBytes < 1 || maxUnprocessed < 1) {
            throw new IllegalArgumentException("A bound of a WebSocket connection must be at least 1");
        }
        if (slowReaderGrace.toMillis() < 1 || pingInterval.toMillis() < 1) {
            throw new IllegalArgumentException("The times of a WebSocket connection must be at least 1 ms");
        }
    }
}
