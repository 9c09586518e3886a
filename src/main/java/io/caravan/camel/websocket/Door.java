package io.caravan.camel.websocket;

import io.caravan.camel.server.OnePortServer;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mounted path: it takes connections in and hands what they say to its consumer. The consumer may be replaced while
 * the connections stay. Thread-safe.
 */
final class Door {

    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final Pattern PATH_PARAMETER = Pattern.compile("\\{([^/}]+)}");

    private final WebSocketSettings settings;
    private final Executor executor;
    private final Connections connections;
    private final Route route;
    private volatile WebSocketConsumer consumer;

    Door(
            String path,
            WebSocketConsumer consumer,
            Router router,
            Connections connections,
            WebSocketSettings settings,
            Executor executor) {
        this.settings = settings;
        this.executor = executor;
        this.connections = connections;
        this.consumer = consumer;
        this.route = router.route(PATH_PARAMETER.matcher(path).replaceAll(":$1"));
        route.handler(this::handshake);
    }

    /** Hands all further events to another consumer. */
    void replaceConsumer(WebSocketConsumer replacement) {
        consumer = replacement;
        release();
    }

    boolean belongsTo(WebSocketConsumer candidate) {
        return consumer == candidate;
    }

    /** Whether what comes in has to wait at present. */
    boolean held() {
        return consumer.held();
    }

    /** Goes on where what came in had to wait. */
    void release() {
        connections.of(this).forEach(Connection::release);
    }

    void deliver(Connection connection, Inbox.Event event) {
        consumer.deliver(connection, event);
    }

    /** Takes nobody in any more, and closes what came in here; done when the routes know that all have left. */
    CompletableFuture<Void> close(int code, String reason) {
        route.remove();
        return Connections.closeAll(connections.of(this), code, reason);
    }

    private void handshake(RoutingContext context) {
        String upgrade = context.request().getHeader(HttpHeaders.UPGRADE);
        if (upgrade == null || !upgrade.toLowerCase(Locale.ROOT).contains("websocket")) {
            context.response().putHeader(HttpHeaders.UPGRADE, "websocket");
            refuse(context, 426, "This path speaks WebSocket");
        } else if (held()) {
            refuse(context, 503, "This path is suspended");
        } else if (connections.size() >= settings.maxConnections()) {
            refuse(context, 503, "Too many connections");
        } else {
            context.request()
                    .toWebSocket()
                    .onSuccess(socket -> takeIn(socket, context))
                    .onFailure(failure -> LOG.debug("A WebSocket handshake failed", failure));
        }
    }

    private void takeIn(ServerWebSocket socket, RoutingContext context) {
        // Vert.x's own writes neither wait for room nor can be given up, so answers go to the channel itself.
        ChannelHandlerContext channel = ((ConnectionBase) context.request().connection()).channelHandlerContext();
        Connection connection =
                new Connection(socket, channel, OnePortServer.caller(context), settings, executor, this);
        connections.add(connection);
        connection.open(() -> connections.remove(connection));
    }

    private static void refuse(RoutingContext context, int status, String reason) {
        context.response().setStatusCode(status).end(reason + "\n");
    }
}
