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
import java.util.concurrent.atomic.AtomicInteger;

/**
 * HTTP servers that share a port, each on an event loop of its own: the connections are dealt out to them in turn. A
 * single one would have one event loop write all answers, however many processors there are. Thread-safe.
 */
final class ServerPerLoop {

    /** Servers that listen on the same port below 0 share one that Vert.x chooses. */
    private static final AtomicInteger LAST_SHARED_PORT = new AtomicInteger();

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
        int shared = port == 0 ? LAST_SHARED_PORT.decrementAndGet() : port;
        return vertx.deployVerticle(() -> new OnOneLoop(shared, host), new DeploymentOptions().setInstances(loops));
    }

    /** The port they listen on, once they do. */
    int actualPort() {
        return servers.stream().mapToInt(HttpServer::actualPort).max().orElse(0);
    }

    /** Closes them and their connections; what is deployed goes with Vert.x. */
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
