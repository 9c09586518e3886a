package io.caravan.camel;

import io.caravan.camel.server.Access;
import io.caravan.camel.server.OnePortServer;
import io.caravan.camel.server.ServerSettings;
import io.caravan.camel.websocket.WebSocketComponent;
import io.caravan.camel.websocket.WebSocketSettings;
import io.caravan.operate.Gauges;
import io.caravan.settings.Settings;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;

/** The one port as the settings have it, and the WebSocket connections on it. Thread-safe. */
public final class WebPort {

    private static final int GOING_AWAY = 1001;

    private final OnePortServer server;
    private final WebSocketComponent webSocket;

    private WebPort(OnePortServer server, WebSocketComponent webSocket) {
        this.server = server;
        this.webSocket = webSocket;
    }

    /**
     * Puts them into this context, for its routes.
     *
     * @param open whether anybody may connect
     */
    public static WebPort bind(CamelContext context, Vertx vertx, Settings settings, boolean open) {
        OnePortServer server = OnePortServer.bind(context, vertx, server(settings, context), open);
        WebSocketComponent webSocket = new WebSocketComponent(
                vertx,
                server,
                webSocket(settings),
                // Not those of the requests: when these are taken, a client must still be able to cancel one.
                context.getRegistry().lookupByNameAndType("frameThreads", ExecutorService.class));
        context.getRegistry().bind("vertx-websocket", webSocket);
        return new WebPort(server, webSocket);
    }

    private static ServerSettings server(Settings settings, CamelContext context) {
        Map<String, String> tokens = new LinkedHashMap<>();
        settings.server()
                .tokens()
                .forEach((name, token) -> tokens.put(name, token.resolved(context::resolvePropertyPlaceholders)));
        return new ServerSettings(
                settings.server().host(),
                settings.server().port(),
                new Access(tokens, new HashSet<>(settings.server().allowedOrigins())),
                settings.webSocket().maxMessageSize(),
                settings.webSocket().maxMessageSize(),
                settings.server().tls().map(tls -> new ServerSettings.Tls(tls.certificate(), tls.key())),
                eventLoops());
    }

    /** Half as many as processors: the other half is busy with the requests, and a loop writes more the fewer there are. */
    private static int eventLoops() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    private static WebSocketSettings webSocket(Settings settings) {
        return new WebSocketSettings(
                Integer.MAX_VALUE,
                settings.webSocket().outgoingBytes(),
                settings.webSocket().slowAfter(),
                settings.webSocket().pingInterval(),
                WebSocketSettings.DEFAULTS.maxUnprocessed());
    }

    /** Shows how many connections there are, and what they have not read yet. */
    public void measure(Gauges gauges) {
        gauges.connections(webSocket::connections, webSocket::waitingBytes);
    }

    /** The port that is listened on. */
    public int number() {
        return server.port();
    }

    /** Lets nobody else in; who is connected stays. */
    void stopAccepting() {
        server.stopAccepting();
    }

    /** Says goodbye to who is connected, and waits as long as this for them to leave. */
    void closeAll(Duration patience) {
        webSocket
                .closeAll(GOING_AWAY, "Caravan is shutting down")
                .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
