package io.caravan.camel.websocket;

import static io.caravan.camel.websocket.RunningServer.KEY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.testing.Patience;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConstants;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEvent;
import org.junit.jupiter.api.Test;

class ConnectionEventsTest {

    @Test
    void bringsOpenMessagesAndCloseOfEachConnectionInOrder() throws Exception {
        Map<String, List<String>> seen = new ConcurrentHashMap<>();
        try (RunningServer server = RunningServer.start(recording(seen))) {
            WebSocketClient client =
                    server.vertx().createWebSocketClient(new WebSocketClientOptions().setMaxConnections(300));
            List<WebSocket> peers = connect(client, server, 200);

            for (int i = 0; i < 20; i++) {
                for (WebSocket peer : peers) {
                    peer.writeTextMessage("message " + i);
                }
            }
            peers.forEach(WebSocket::close);

            List<String> expected = new ArrayList<>(List.of("OPEN"));
            IntStream.range(0, 20).forEach(i -> expected.add("message " + i));
            expected.add("CLOSE");
            await().until(() ->
                    seen.values().stream().filter(e -> e.contains("CLOSE")).count() == 200);
            assertThat(seen.values())
                    .hasSize(200)
                    .allSatisfy(events -> assertThat(events).isEqualTo(expected));
        }
    }

    @Test
    void forgetsEveryConnectionThatHasLeft() throws Exception {
        Map<String, List<String>> seen = new ConcurrentHashMap<>();
        try (RunningServer server = RunningServer.start(recording(seen))) {
            WebSocketClient client =
                    server.vertx().createWebSocketClient(new WebSocketClientOptions().setMaxConnections(300));

            for (int round = 0; round < 5; round++) {
                List<WebSocket> peers = connect(client, server, 200);
                await().until(() -> server.component().connections() == 200);
                peers.forEach(WebSocket::close);
                await().until(() -> server.component().connections() == 0);
            }

            await().until(() ->
                    seen.values().stream().filter(e -> e.contains("CLOSE")).count() == 1_000);
            assertThat(server.component().waitingBytes()).isZero();
        }
    }

    @Test
    void makesNoHeaderOfTheHandshakeButItsOwnThree() throws Exception {
        BlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
        try (RunningServer server = RunningServer.start(keeping(exchanges))) {
            Peer peer = server.connect("/ws/chat/eve?CamelHttpUri=http://evil.example&CaravanModel=x&a=b");

            peer.say("hello");

            Exchange exchange = exchanges.poll(Patience.SECONDS, TimeUnit.SECONDS);
            assertThat(exchange.getMessage().getHeaders())
                    .containsOnlyKeys(KEY, VertxWebsocketConstants.REMOTE_ADDRESS, VertxWebsocketConstants.EVENT)
                    .containsEntry(VertxWebsocketConstants.EVENT, VertxWebsocketEvent.MESSAGE);
            assertThat(exchange.getMessage().getBody()).isEqualTo("hello");
            assertThat(exchange.getAllProperties()).doesNotContainKey(WebSocketComponent.CALLER);
        }
    }

    @Test
    void bringsABinaryMessageAsBytes() throws Exception {
        BlockingQueue<Exchange> exchanges = new LinkedBlockingQueue<>();
        try (RunningServer server = RunningServer.start(keeping(exchanges))) {
            server.connect("/ws/chat/bob").say(new byte[] {1, 2, 3});

            assertThat(exchanges
                            .poll(Patience.SECONDS, TimeUnit.SECONDS)
                            .getMessage()
                            .getBody())
                    .isEqualTo(new byte[] {1, 2, 3});
        }
    }

    @Test
    void readsNoFurtherWhileTooMuchIsUnprocessedAndLosesNothing() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        List<String> processed = new CopyOnWriteArrayList<>();
        WebSocketSettings settings =
                new WebSocketSettings(10, 8 << 20, Duration.ofSeconds(10), Duration.ofMillis(200), 256);
        try (RunningServer server = RunningServer.start(settings, new RouteBuilder() {
            @Override
            public void configure() {
                from("vertx-websocket:/ws/chat").process(exchange -> {
                    blocked.await();
                    processed.add(exchange.getMessage().getBody(String.class).substring(0, 6));
                });
            }
        })) {
            RawPeer peer = new RawPeer(server.port(), "/ws/chat");
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sendNumbered(peer, 2_000));

            // 32 MB go neither into the server nor out of the peer while nothing is processed.
            assertThatThrownBy(() -> sent.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            blocked.countDown();

            sent.get(Patience.SECONDS, TimeUnit.SECONDS);
            await().until(() -> processed.size() == 2_000);
            assertThat(processed).isSorted();
            peer.close();
        }
    }

    private static void sendNumbered(RawPeer peer, int count) {
        try {
            for (int i = 0; i < count; i++) {
                byte[] message = Arrays.copyOf(String.format("%06d", i).getBytes(UTF_8), 16 << 10);
                peer.send(RawPeer.TEXT, true, message);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<WebSocket> connect(WebSocketClient client, RunningServer server, int count) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(server.port())
                .setURI("/ws/chat");
        List<Future<WebSocket>> peers =
                IntStream.range(0, count).mapToObj(i -> client.connect(options)).toList();
        Future.all(peers)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                .join();
        return peers.stream().map(Future::result).toList();
    }

    private static RouteBuilder recording(Map<String, List<String>> seen) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("vertx-websocket:/ws/chat?fireWebSocketConnectionEvents=true")
                        .process(exchange -> {
                            String body = exchange.getMessage().getBody(String.class);
                            seen.computeIfAbsent(
                                            exchange.getMessage().getHeader(KEY, String.class),
                                            k -> new CopyOnWriteArrayList<>())
                                    .add(
                                            body != null
                                                    ? body
                                                    : exchange.getMessage()
                                                            .getHeader(VertxWebsocketConstants.EVENT, String.class));
                        });
            }
        };
    }

    private static RouteBuilder keeping(BlockingQueue<Exchange> exchanges) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("vertx-websocket:/ws/chat/{who}").process(exchange -> exchanges.add(exchange.copy()));
            }
        };
    }
}
