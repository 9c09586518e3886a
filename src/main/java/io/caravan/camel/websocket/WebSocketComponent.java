package io.caravan.camel.websocket;

import io.caravan.camel.server.OnePortServer;
import io.caravan.failure.CancelledException;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.vertx.websocket.VertxWebsocketComponent;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConfiguration;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConsumer;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEndpoint;
import org.apache.camel.spi.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code vertx-websocket} component on the one port, with the standard URIs: {@code vertx-websocket:/ws/chat}, or
 * with this server's host and port before the path.
 *
 * <p>Add it to the context under its own name before the routes. Thread-safe.
 */
// The annotation is not inherited; without it no configurer is found and options become query parameters.
@Component("vertx-websocket")
public final class WebSocketComponent extends VertxWebsocketComponent {

    /** The exchange property that names whose token the connection came with; absent where no tokens are set. */
    public static final String CALLER = "CaravanCaller";

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketComponent.class);
    private static final int GOING_AWAY = 1001;

    private final OnePortServer server;
    private final WebSocketSettings settings;
    private final Executor executor;
    private final Connections connections;
    private final Map<String, Door> doors = new ConcurrentHashMap<>();

    /**
     * Mounts its paths on this server.
     *
     * @param executor runs the routes, at most one task per connection at a time; it must take every task
     */
    public WebSocketComponent(Vertx vertx, OnePortServer server, WebSocketSettings settings, Executor executor) {
        this.server = server;
        this.settings = settings;
        this.executor = executor;
        this.connections = new Connections(vertx, settings);
        setVertx(vertx);
        setDefaultHost(server.settings().host());
        setDefaultPort(server.settings().port());
    }

    /** How many connections are open. */
    public int connections() {
        return connections.size();
    }

    /** How many bytes of answers wait for their readers, over all connections. */
    public long waitingBytes() {
        return connections.waitingBytes();
    }

    /**
     * Closes every connection after what was sent to it. Done when the routes know that all have left; a peer that
     * does not answer is given up after two seconds.
     */
    public CompletableFuture<Void> closeAll(int code, String reason) {
        return Connections.closeAll(connections.all(), code, reason);
    }

    @Override
    protected VertxWebsocketEndpoint createEndpointInstance(String uri, VertxWebsocketConfiguration configuration) {
        return new WebSocketEndpoint(uri, this, configuration);
    }

    @Override
    public void connectConsumer(VertxWebsocketConsumer consumer) {
        WebSocketConsumer ours = (WebSocketConsumer) consumer;
        doors.compute(path(consumer), (path, door) -> {
            if (door == null) {
                return new Door(path, ours, server.router(), connections, settings, executor);
            }
            door.replaceConsumer(ours);
            return door;
        });
    }

    @Override
    public void disconnectConsumer(VertxWebsocketConsumer consumer) {
        Door door = doors.get(path(consumer));
        if (door != null && door.belongsTo((WebSocketConsumer) consumer)) {
            doors.remove(path(consumer));
            door.close(GOING_AWAY, "going away")
                    .completeOnTimeout(null, 5, TimeUnit.SECONDS)
                    .join();
        }
    }

    boolean serves(VertxWebsocketConfiguration configuration) {
        return server.means(configuration.getHost(), configuration.getPort());
    }

    void release(WebSocketConsumer consumer) {
        Door door = doors.get(path(consumer));
        if (door != null && door.belongsTo(consumer)) {
            door.release();
        }
    }

    void send(String key, byte[] utf8) {
        connections.get(key).send(utf8);
    }

    void sendToAll(String path, byte[] utf8) {
        Door door = doors.get(path);
        if (door == null) {
            return;
        }
        for (Connection connection : connections.of(door)) {
            try {
                connection.send(utf8);
            } catch (CancelledException e) {
                LOG.debug("Not sent to {}, which has left", connection.key());
            }
        }
    }

    private static String path(VertxWebsocketConsumer consumer) {
        return consumer.getEndpoint().getConfiguration().getPath();
    }
}
