package io.caravan.camel.server;

import io.caravan.camel.header.HttpFilter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.net.BindException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server of the one port. It listens when every route is mounted and not before, and when the context stops it
 * first takes no more, and closes when the routes are done. Each request passes the {@link Access} check. Thread-safe.
 */
public final class OnePortServer implements ExtendedStartupListener, AutoCloseable {

    /** Requests to routes from platform-http that are answered at the same time; each of them holds a worker of Vert.x. */
    public static final int REQUESTS = 256;

    /** How Netty's epoll begins to say what Java's own sockets say by a BindException. */
    private static final Pattern EPOLL_BIND = Pattern.compile("^bind\\(.*\\) failed with error\\(-?\\d+\\): ");

    private static final Logger LOG = LoggerFactory.getLogger(OnePortServer.class);
    private static final String CALLER = "caravan.caller";

    private final ServerSettings settings;
    private final Router router;
    private final ServerPerLoop servers;
    private final AtomicReference<Channel> listening = new AtomicReference<>();
    private volatile boolean accepting = true;

    private OnePortServer(Vertx vertx, ServerSettings settings) {
        this.settings = settings;
        this.router = Router.router(vertx);
        router.route().order(Integer.MIN_VALUE).handler(this::admit);
        // Without a handler Vert.x logs each body that is too long as an error of ours.
        router.errorHandler(413, context -> refuse(context, 413, "The body is too long"));
        this.servers = new ServerPerLoop(vertx, options(settings), this::connected, this::handle);
    }

    /** Puts the server into this context: its router serves platform-http, its life follows the context's. */
    public static OnePortServer bind(CamelContext context, Vertx vertx, ServerSettings settings) {
        return bind(context, vertx, settings, true);
    }

    /** The same; where it does not listen, routes find it all the same. */
    public static OnePortServer bind(CamelContext context, Vertx vertx, ServerSettings settings, boolean listens) {
        OnePortServer server = new OnePortServer(vertx, settings);
        String name = VertxPlatformHttpRouter.getRouterNameFromPort(settings.port());
        // platform-http looks for the router of the port that this names, else of its own default.
        VertxPlatformHttpServerConfiguration configuration = new VertxPlatformHttpServerConfiguration();
        configuration.setBindHost(settings.host());
        configuration.setBindPort(settings.port());
        PlatformHttpComponent requests = context.getComponent("platform-http", PlatformHttpComponent.class);
        requests.setHeaderFilterStrategy(new HttpFilter());
        requests.setEngine(new BoundedRequests(REQUESTS));
        context.getRegistry().bind("vertx", Vertx.class, vertx);
        context.getRegistry().bind("one-port", VertxPlatformHttpServerConfiguration.class, configuration);
        context.getRegistry()
                .bind(name, VertxPlatformHttpRouter.class, new PlatformRouter(vertx, server.router, name, settings));
        if (listens) {
            server.listenFromTheStartOf(context);
        }
        context.addLifecycleStrategy(server.new Lifecycle());
        return server;
    }

    private void listenFromTheStartOf(CamelContext context) {
        try {
            context.addStartupListener(this);
        } catch (Exception e) {
            throw RuntimeCamelException.wrapRuntimeException(e);
        }
    }

    /** Where paths are mounted. Whatever is mounted here is behind the access check. */
    public Router router() {
        return router;
    }

    /** What the server was built with. */
    public ServerSettings settings() {
        return settings;
    }

    /** The port it listens on, once it does; the configured one before. */
    public int port() {
        int actual = servers.actualPort();
        return actual > 0 ? actual : settings.port();
    }

    /** Whether a URI that names this host and port means this server. */
    public boolean means(String host, int port) {
        return settings.means(host, port, port());
    }

    /** The name of the token a request came with, where tokens are set. */
    public static Optional<String> caller(RoutingContext request) {
        return Optional.ofNullable(request.get(CALLER));
    }

    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // Routes may still start after this; see below.
    }

    @Override
    public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
        try {
            servers.listen(settings.eventLoops(), settings.port(), settings.host())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new RuntimeCamelException(cannotListen(cause), cause);
        }
        LOG.info("Listening on {}:{}", settings.host(), port());
    }

    /** Closes the listening socket; what is connected goes on, but its new requests are answered with 503. */
    public void stopAccepting() {
        accepting = false;
        Channel socket = listening.get();
        if (socket != null) {
            ChannelFuture unused = socket.close();
        } else {
            // Nobody has ever connected, so there is nothing to spare.
            close();
        }
    }

    /** Closes the server and whatever is still connected. */
    @Override
    public void close() {
        accepting = false;
        servers.close().onFailure(failure -> LOG.debug("The server did not close cleanly", failure));
    }

    private void handle(HttpServerRequest request) {
        if (accepting) {
            router.handle(request);
        } else {
            request.response()
                    .setStatusCode(503)
                    .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                    .end("Shutting down\n");
        }
    }

    private void admit(RoutingContext context) {
        Access.Verdict verdict = settings.access().check(context.request());
        if (verdict instanceof Access.Verdict.Refused refused) {
            if (refused.status() == 401) {
                context.response().putHeader("WWW-Authenticate", "Bearer");
            }
            refuse(context, refused.status(), refused.reason());
        } else if (verdict instanceof Access.Verdict.Allowed allowed) {
            allowed.caller().ifPresent(name -> context.put(CALLER, name));
            context.next();
        }
    }

    private static void refuse(RoutingContext context, int status, String reason) {
        context.response().setStatusCode(status).end(reason + "\n");
    }

    // Vert.x can only close the listening socket together with all connections, so it is taken from the first of them.
    private void connected(HttpConnection connection) {
        if (listening.get() == null && connection instanceof ConnectionBase accepted) {
            listening.set(accepted.channel().parent());
        }
    }

    private String cannotListen(Throwable cause) {
        String where = settings.host() + ":" + settings.port();
        String why = String.valueOf(cause.getMessage());
        String unbound = EPOLL_BIND.matcher(why).replaceFirst("");
        return cause instanceof BindException || !unbound.equals(why)
                ? "Cannot listen on " + where + " (" + unbound + "): choose another caravan.port"
                : "Cannot listen on " + where + ": " + why;
    }

    private static HttpServerOptions options(ServerSettings settings) {
        HttpServerOptions options = new HttpServerOptions()
                .setTcpNoDelay(true)
                .setAcceptBacklog(1024)
                .setMaxWebSocketFrameSize(settings.maxMessageBytes())
                .setMaxWebSocketMessageSize(settings.maxMessageBytes())
                .setWebSocketSubProtocols(List.of(Access.BEARER))
                // Deflating each small chunk costs more than it saves, and inflating lifts the limits above.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false);
        settings.tls()
                .ifPresent(tls -> options.setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(tls.certificate().toString())
                                .setKeyPath(tls.key().toString())));
        return options;
    }

    /** The router as platform-http wants it, with the body limit. */
    private static final class PlatformRouter extends VertxPlatformHttpRouter {

        private final long maxBodyBytes;

        @SuppressWarnings(
                "NullAway") // There is no server of platform-http's own, and it is looked at only if there is.
        PlatformRouter(Vertx vertx, Router router, String name, ServerSettings settings) {
            super(null, vertx, router, name);
            this.maxBodyBytes = settings.maxBodyBytes();
        }

        @Override
        public Handler<RoutingContext> bodyHandler() {
            BodyHandler body = BodyHandler.create(false).setBodyLimit(maxBodyBytes);
            return context -> {
                context.request().resume();
                body.handle(context);
            };
        }
    }

    private final class Lifecycle extends LifecycleStrategySupport {

        @Override
        public void onContextStopping(CamelContext context) {
            stopAccepting();
        }

        @Override
        public void onContextStopped(CamelContext context) {
            close();
        }
    }
}
