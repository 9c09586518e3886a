package io.caravan.camel.server;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * HTTP servers that share a port, each on an event loop of its own: the connections are dealt out to them in turn. A
 * single one would have one event loop write all answers, however many processors there are. Thread-safe.
 */
final class ServerPerLoop {

    /** What Vert.x calls a port that it may choose, and that servers share. */
    private static final int ANY_SHARED_PORT = -1;

    private final Vertx vertx;
    private final HttpServerOptions options;
    private final Handler<HttpConnection> connected;
    private final Handler<HttpServerRequest> handler;
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    ServerPerLoop(
            Vertx vertx,
            HttpServerOptions options,
            Handler<HttpConnection> connected,
            Handler<HttpServerRequest> handler) {
        this.vertx = vertx;
        this.options = options;
        this.connected = connected;
        this.handler = handler;
    }

    /** @param port 0 for any */
    Future<?> listen(int loops, int port, String host) {
        return vertx.deployVerticle(
                () -> new OnOneLoop(port == 0 ? ANY_SHARED_PORT : port, host),
                new DeploymentOptions().setInstances(loops));
    }

    /** The port they listen on; 0 before they do. */
    int actualPort() {
        return servers.stream().mapToInt(HttpServer::actualPort).max().orElse(0);
    }

    /** Closes them and their connections. */
    Future<?> close() {
        return Future.join(servers.stream().map(HttpServer::close).toList());
    }

    private final class OnOneLoop extends AbstractVerticle {

        private final int port;
        private final String host;

        OnOneLoop(int port, String host) {
            this.port = port;
            this.host = host;
        }

        @Override
        public void start(Promise<Void> started) {
            HttpServer server =
                    vertx.createHttpServer(options).connectionHandler(connected).requestHandler(handler);
            servers.add(server);
            server.listen(port, host).<Void>mapEmpty().onComplete(started);
        }
    }
}
