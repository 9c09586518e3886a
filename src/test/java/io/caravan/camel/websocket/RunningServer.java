package io.caravan.camel.websocket;

import io.caravan.camel.server.Access;
import io.caravan.camel.server.OnePortServer;
import io.caravan.camel.server.ServerSettings;
import io.caravan.testing.Patience;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConstants;
import org.apache.camel.impl.DefaultCamelContext;

/** A one-port server on a free port of loopback, with the routes a test gives it. */
public final class RunningServer implements AutoCloseable {

    public static final String KEY = VertxWebsocketConstants.CONNECTION_KEY;
    public static final int MAX_MESSAGE_BYTES = 1 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService executor = Executors.newFixedThreadPool(8);
    private final CamelContext context = new DefaultCamelContext();
    private final OnePortServer server;
    private final WebSocketComponent component;

    private RunningServer(ServerSettings settings, WebSocketSettings sockets, RoutesBuilder... routes)
            throws Exception {
        server = OnePortServer.bind(context, vertx, settings);
        component = new WebSocketComponent(vertx, server, sockets, executor);
        context.addComponent("vertx-websocket", component);
        context.getShutdownStrategy().setTimeout(10);
        for (RoutesBuilder route : routes) {
            context.addRoutes(route);
        }
        try {
            context.start();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    public static RunningServer start(RoutesBuilder... routes) throws Exception {
        return start(WebSocketSettings.DEFAULTS, routes);
    }

    static RunningServer start(WebSocketSettings sockets, RoutesBuilder... routes) throws Exception {
        return start(open(0), sockets, routes);
    }

    public static RunningServer start(ServerSettings settings, WebSocketSettings sockets, RoutesBuilder... routes)
            throws Exception {
        return new RunningServer(settings, sockets, routes);
    }

    public static ServerSettings open(int port) {
        return settings(port, new Access(Map.of(), Set.of()));
    }

    public static ServerSettings settings(int port, Access access) {
        return new ServerSettings("127.0.0.1", port, access, 1 << 16, MAX_MESSAGE_BYTES, Optional.empty(), 2);
    }

    CamelContext context() {
        return context;
    }

    public OnePortServer server() {
        return server;
    }

    WebSocketComponent component() {
        return component;
    }

    public Vertx vertx() {
        return vertx;
    }

    ProducerTemplate template() {
        return context.createProducerTemplate();
    }

    public int port() {
        return server.port();
    }

    public URI uri(String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + port() + path);
    }

    Peer connect(String path) {
        return Peer.connect(HttpClient.newHttpClient().newWebSocketBuilder(), uri("ws", path));
    }

    @Override
    public void close() {
        context.stop();
        executor.shutdownNow();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
