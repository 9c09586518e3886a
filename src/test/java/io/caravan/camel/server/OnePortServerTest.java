package io.caravan.camel.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.camel.websocket.RawPeer;
import io.caravan.camel.websocket.RunningServer;
import io.caravan.camel.websocket.WebSocketSettings;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnePortServerTest {

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void servesPlatformHttpAndWebSocketOnTheSamePort() throws Exception {
        try (RunningServer server = RunningServer.start(routes());
                RawPeer peer = new RawPeer(server.port(), "/ws/chat")) {
            HttpResponse<String> answer = post(server, "hello");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("you said hello");
            assertThat(peer.status()).isEqualTo(101);
        }
    }

    @Test
    void servesPlatformHttpOnAPortThatWasChosen() throws Exception {
        int port = TestApp.freePort();
        try (RunningServer server =
                RunningServer.start(RunningServer.open(port), WebSocketSettings.DEFAULTS, routes())) {
            assertThat(server.port()).isEqualTo(port);
            assertThat(post(server, "hello").body()).isEqualTo("you said hello");
        }
    }

    @Test
    void dealsItsConnectionsOutToItsEventLoops() throws Exception {
        try (RunningServer server = RunningServer.start(routes())) {
            server.server().router().route("/loop").handler(request -> {
                request.response().putHeader("Connection", "close");
                request.end(Thread.currentThread().getName());
            });

            Set<String> loops = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                loops.add(http.send(
                                HttpRequest.newBuilder(server.uri("http", "/loop"))
                                        .build(),
                                BodyHandlers.ofString())
                        .body());
            }

            assertThat(loops).hasSize(2);
        }
    }

    @Test
    void asksForUpgradeWhereAPlainRequestComesToAWebSocketPath() throws Exception {
        try (RunningServer server = RunningServer.start(routes())) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(server.uri("http", "/ws/chat")).build(), BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(426);
            assertThat(answer.headers().firstValue("upgrade")).hasValue("websocket");
        }
    }

    @Test
    void refusesABodyThatIsTooLong() throws Exception {
        try (RunningServer server = RunningServer.start(routes())) {
            assertThat(post(server, "x".repeat((1 << 16) + 1)).statusCode()).isEqualTo(413);
        }
    }

    @Test
    void speaksTlsWhereItHasACertificate(@TempDir Path folder) throws Exception {
        ServerSettings.Tls tls = SelfSigned.in(folder);
        ServerSettings open = RunningServer.open(0);
        ServerSettings secure = new ServerSettings(
                open.host(), 0, open.access(), open.maxBodyBytes(), open.maxMessageBytes(), Optional.of(tls), 2);
        try (RunningServer server = RunningServer.start(secure, WebSocketSettings.DEFAULTS, routes())) {
            WebSocketClient client = server.vertx()
                    .createWebSocketClient(new WebSocketClientOptions()
                            .setSsl(true)
                            .setTrustOptions(new PemTrustOptions()
                                    .addCertPath(tls.certificate().toString())));
            CompletableFuture<String> heard = new CompletableFuture<>();

            client.webSocket()
                    .textMessageHandler(heard::complete)
                    .connect(server.port(), "localhost", "/ws/chat")
                    .onSuccess(socket -> socket.writeTextMessage("hello"))
                    .onFailure(heard::completeExceptionally);

            assertThat(heard.get(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo("hello");
        }
    }

    @Test
    void keepsPlatformHttpBehindTheTokenToo() throws Exception {
        Access closed = new Access(Map.of("alice", "secret-a"), Set.of());
        try (RunningServer server =
                RunningServer.start(RunningServer.settings(0, closed), WebSocketSettings.DEFAULTS, routes())) {
            assertThat(post(server, "hello").statusCode()).isEqualTo(401);
            assertThat(post(server, "hello", "Authorization", "Bearer secret-a").statusCode())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CaravanReplyTo, file:/elsewhere",
        "caravanreplyto, file:/elsewhere",
        "CARAVANSystem, be rude",
        "CaravanStream, true",
        "CamelHttpResponseCode, 500",
        "camelFileName, elsewhere",
        "org.apache.camel.name, x",
        "kafka.OVERRIDE_TOPIC, elsewhere"
    })
    void letsNothingInThatSteersCamelOrCaravan(String name, String value) throws Exception {
        String pair = name + "=" + URLEncoder.encode(value, UTF_8);
        try (RunningServer server = RunningServer.start(heldHeaders(name))) {
            assertThat(body(server, "/held", request -> request.header(name, value)))
                    .isEqualTo("none");
            assertThat(body(server, "/held?" + pair, request -> {})).isEqualTo("none");
            assertThat(body(
                            server,
                            "/held",
                            request -> request.header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(HttpRequest.BodyPublishers.ofString(pair))))
                    .isEqualTo("none");
            assertThat(body(
                            server,
                            "/held",
                            request -> request.header("Content-Type", "multipart/form-data; boundary=x")
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n"
                                                    + value + "\r\n--x--\r\n"))))
                    .isEqualTo("none");
        }
    }

    @Test
    void letsInWhatSteersNothing() throws Exception {
        try (RunningServer server = RunningServer.start(heldHeaders("topic"))) {
            assertThat(body(server, "/held", request -> request.header("topic", "news")))
                    .isEqualTo("news");
            assertThat(body(server, "/held?topic=news", request -> {})).isEqualTo("news");
        }
    }

    @Test
    void refusesMoreConnectionsThanItMayHave() throws Exception {
        WebSocketSettings defaults = WebSocketSettings.DEFAULTS;
        WebSocketSettings one = new WebSocketSettings(
                1,
                defaults.maxWaitingBytes(),
                defaults.slowReaderGrace(),
                defaults.pingInterval(),
                defaults.maxUnprocessed());
        try (RunningServer server = RunningServer.start(RunningServer.open(0), one, routes());
                RawPeer first = new RawPeer(server.port(), "/ws/chat")) {
            first.say("taken in");
            assertThat(first.hear()).isEqualTo("taken in");

            try (RawPeer second = new RawPeer(server.port(), "/ws/chat")) {
                assertThat(second.status()).isEqualTo(503);
            }
        }
    }

    @Test
    void aPortInUseFailsTheStartAndSaysWhichSettingToChange() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(
                            () -> RunningServer.start(RunningServer.open(port), WebSocketSettings.DEFAULTS, routes()))
                    .hasMessageStartingWith("Cannot listen on 127.0.0.1:" + port)
                    .hasMessageEndingWith("choose another caravan.port");
        }
    }

    @Test
    void takesNobodyInBeforeEveryRouteIsMounted() throws Exception {
        int port = TestApp.freePort();
        AtomicReference<@Nullable Throwable> whileStarting = new AtomicReference<>();
        RouteBuilder last = new RouteBuilder() {
            @Override
            public void configure() throws Exception {
                from("platform-http:/last").process(exchange -> {});
                getContext().addStartupListener((context, started) -> whileStarting.set(connecting(port)));
            }
        };

        try (RunningServer server =
                RunningServer.start(RunningServer.open(port), WebSocketSettings.DEFAULTS, routes(), last)) {
            assertThat(whileStarting.get()).isInstanceOf(ConnectException.class);
            assertThat(connecting(server.port())).isNull();
        }
    }

    @Test
    void takesNobodyInOnceItStopsButServesWhoIsThere() throws Exception {
        try (RunningServer server = RunningServer.start(routes());
                RawPeer peer = new RawPeer(server.port(), "/ws/chat")) {
            server.server().stopAccepting();

            await().untilAsserted(() -> assertThat(connecting(server.port())).isInstanceOf(ConnectException.class));
            peer.say("still here");
            assertThat(peer.hear()).isEqualTo("still here");
        }
    }

    private HttpResponse<String> post(RunningServer server, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("http", "/echo"))
                .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private String body(RunningServer server, String path, Consumer<HttpRequest.Builder> more) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("http", path));
        more.accept(request);
        return http.send(request.build(), BodyHandlers.ofString()).body();
    }

    private static @Nullable Throwable connecting(int port) {
        try {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    @Test
    void runsNoRequestWhoseClientHasLeftMeanwhile() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        Queue<String> ran = new ConcurrentLinkedQueue<>();
        RouteBuilder slow = new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/slow").process(exchange -> {
                    ran.add(exchange.getMessage().getBody(String.class));
                    running.incrementAndGet();
                    goOn.await();
                });
            }
        };
        try (RunningServer server = RunningServer.start(slow)) {
            CountDownLatch left = new CountDownLatch(1);
            server.server().router().route("/slow").order(-1).handler(request -> {
                if (request.request().getHeader("Leaves") != null) {
                    request.addEndHandler(ended -> left.countDown());
                }
                request.next();
            });
            for (int i = 0; i < VertxOptions.DEFAULT_WORKER_POOL_SIZE; i++) {
                CompletableFuture<?> unused = http.sendAsync(slow(server, "stays"), BodyHandlers.discarding());
            }
            await().until(() -> running.get() == VertxOptions.DEFAULT_WORKER_POOL_SIZE);
            try (Socket leaving = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                leaving.getOutputStream()
                        .write(
                                "POST /slow HTTP/1.1\r\nHost: localhost\r\nLeaves: yes\r\nContent-Length: 6\r\n\r\nleaves"
                                        .getBytes(UTF_8));
                leaving.shutdownOutput();
                assertThat(leaving.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(left.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();

            goOn.countDown();

            assertThat(http.send(slow(server, "comes later"), BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(ran).contains("comes later").doesNotContain("leaves");
        }
    }

    private static HttpRequest slow(RunningServer server, String body) {
        return HttpRequest.newBuilder(server.uri("http", "/slow"))
                .POST(HttpRequest.BodyPublishers.ofString(body, UTF_8))
                .build();
    }

    /** Answers with the header of this name. */
    private static RouteBuilder heldHeaders(String name) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/held").process(exchange -> {
                    String held = exchange.getMessage().getHeader(name, "none", String.class);
                    exchange.setMessage(new DefaultMessage(exchange));
                    exchange.getMessage().setBody(held);
                });
            }
        };
    }

    private static RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("platform-http:/echo").setBody(simple("you said ${body}"));
                from("vertx-websocket:/ws/chat").to("vertx-websocket:/ws/chat");
            }
        };
    }
}
