package io.caravan.camel.websocket;

import static io.caravan.camel.websocket.RunningServer.KEY;
import static io.caravan.camel.websocket.RunningServer.MAX_MESSAGE_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.failure.CancelledException;
import io.caravan.testing.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConstants;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEvent;
import org.junit.jupiter.api.Test;

class MisbehavingPeersTest {

    private static final long BOUND = 1 << 20;

    private final BlockingQueue<String> opened = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @Test
    void aSlowReaderIsCutOffWithAReasonAndNobodyElseNoticesIt() throws Exception {
        try (RunningServer server =
                RunningServer.start(settings(Duration.ofMillis(300), Duration.ofSeconds(30)), door())) {
            RawPeer slow = new RawPeer(server.port(), "/ws/chat");
            String slowKey = opened.poll(Patience.SECONDS, TimeUnit.SECONDS);
            Peer other = server.connect("/ws/chat");
            String otherKey = opened.poll(Patience.SECONDS, TimeUnit.SECONDS);
            String chunk = "x".repeat(10_000);

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            server.component().send(slowKey, chunk.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                            assertThat(server.component().waitingBytes()).isLessThanOrEqualTo(BOUND);
                        }
                    })
                    .isInstanceOf(CancelledException.class)
                    .hasMessageContaining("reads too slowly");

            server.template().sendBodyAndHeader("vertx-websocket:/ws/chat", "still here", KEY, otherKey);
            assertThat(other.hear()).isEqualTo("still here");
            RawPeer.Frame close = slow.readUntil(RawPeer.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(close.closeReason()).isEqualTo("slow reader: 1 MiB unread for 0.3 s");
            assertThat(closed.poll(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo(slowKey);
            await().until(() -> server.component().connections() == 1);
            await().until(() -> server.component().waitingBytes() == 0);
            slow.close();
        }
    }

    @Test
    void aSlowReaderThatNeverReadsAgainIsGivenUpToo() throws Exception {
        try (RunningServer server =
                RunningServer.start(settings(Duration.ofMillis(100), Duration.ofSeconds(30)), door())) {
            RawPeer slow = new RawPeer(server.port(), "/ws/chat");
            String key = opened.poll(Patience.SECONDS, TimeUnit.SECONDS);
            byte[] chunk = new byte[100_000];

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            server.component().send(key, chunk);
                        }
                    })
                    .isInstanceOf(CancelledException.class);

            assertThat(closed.poll(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo(key);
            await().until(() -> server.component().connections() == 0);
            slow.close();
        }
    }

    @Test
    void allWhoWaitForASlowReaderAreToldWhenItLeaves() throws Exception {
        try (RunningServer server =
                RunningServer.start(settings(Duration.ofMinutes(5), Duration.ofSeconds(30)), door())) {
            RawPeer slow = new RawPeer(server.port(), "/ws/chat");
            String key = opened.poll(Patience.SECONDS, TimeUnit.SECONDS);
            BlockingQueue<Throwable> told = new LinkedBlockingQueue<>();
            byte[] chunk = new byte[100_000];
            Runnable sending = () -> {
                try {
                    while (true) {
                        server.component().send(key, chunk);
                    }
                } catch (RuntimeException e) {
                    told.add(e);
                }
            };
            Thread first = new Thread(sending);
            Thread second = new Thread(sending);
            first.start();
            second.start();
            await().until(() ->
                    first.getState() == Thread.State.TIMED_WAITING && second.getState() == Thread.State.TIMED_WAITING);

            slow.close();

            assertThat(told.poll(Patience.SECONDS, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
            assertThat(told.poll(Patience.SECONDS, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
        }
    }

    @Test
    void aFrameThatIsTooLongEndsItsConnectionWith1009() throws Exception {
        try (RunningServer server = RunningServer.start(door())) {
            RawPeer peer = new RawPeer(server.port(), "/ws/chat");

            peer.send(RawPeer.TEXT, true, new byte[10_000_000]);

            assertThat(peer.readUntil(RawPeer.CLOSE).closeCode()).isEqualTo(1009);
            assertThat(closed.poll(Patience.SECONDS, TimeUnit.SECONDS)).isNotNull();
            assertThat(heard).isEmpty();
            peer.close();
        }
    }

    @Test
    void aMessageOfTooManyFramesEndsItsConnectionWith1009() throws Exception {
        try (RunningServer server = RunningServer.start(door())) {
            RawPeer peer = new RawPeer(server.port(), "/ws/chat");

            peer.send(RawPeer.TEXT, false, new byte[MAX_MESSAGE_BYTES]);
            peer.send(RawPeer.CONTINUATION, true, new byte[1]);

            assertThat(peer.readUntil(RawPeer.CLOSE).closeCode()).isEqualTo(1009);
            assertThat(closed.poll(Patience.SECONDS, TimeUnit.SECONDS)).isNotNull();
            assertThat(heard).isEmpty();
            peer.close();
        }
    }

    @Test
    void aMessageOfExactlyTheLimitArrives() throws Exception {
        try (RunningServer server = RunningServer.start(door())) {
            RawPeer peer = new RawPeer(server.port(), "/ws/chat");

            peer.send(RawPeer.TEXT, true, new byte[MAX_MESSAGE_BYTES]);

            assertThat(heard.poll(Patience.SECONDS, TimeUnit.SECONDS)).hasSize(MAX_MESSAGE_BYTES);
            peer.close();
        }
    }

    @Test
    void aFrameWithoutAMaskEndsItsConnectionWith1002() throws Exception {
        try (RunningServer server = RunningServer.start(door())) {
            assertAFrameWithoutAMaskEndsTheConnection(server);
        }
    }

    @Test
    void nothingFollowsTheCloseOfAConnectionNoPingEither() throws Exception {
        try (RunningServer server =
                RunningServer.start(settings(Duration.ofSeconds(10), Duration.ofMillis(100)), door())) {
            assertAFrameWithoutAMaskEndsTheConnection(server);
        }
    }

    @Test
    void aPeerThatAnswersNoPingIsCutOffAndOneThatDoesIsNot() throws Exception {
        try (RunningServer server =
                RunningServer.start(settings(Duration.ofSeconds(10), Duration.ofSeconds(1)), door())) {
            Peer answering = server.connect("/ws/chat");
            String answeringKey = opened.poll(Patience.SECONDS, TimeUnit.SECONDS);
            RawPeer silent = new RawPeer(server.port(), "/ws/chat");
            String silentKey = opened.poll(Patience.SECONDS, TimeUnit.SECONDS);

            assertThat(silent.read().opcode()).isEqualTo(RawPeer.PING);
            RawPeer.Frame close = silent.readUntil(RawPeer.CLOSE);

            assertThat(close.closeCode()).isEqualTo(1008);
            assertThat(close.closeReason()).isEqualTo("no pong for 2.0 s");
            assertThat(closed.poll(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo(silentKey);
            server.component().send(answeringKey, new byte[] {'!'});
            assertThat(answering.hear()).isEqualTo("!");
            silent.close();
        }
    }

    @Test
    void connectionsArePingedOneAfterTheOtherSoThatThousandsOfPingsHoldUpNoAnswer() throws Exception {
        Duration interval = Duration.ofSeconds(5);
        try (RunningServer server = RunningServer.start(settings(Duration.ofSeconds(10), interval), door())) {
            List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                peers.add(new RawPeer(server.port(), "/ws/chat"));
            }

            await().atMost(interval.plus(Patience.LONGEST))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> heardFrom(peers) > 0);

            assertThat(heardFrom(peers)).isLessThan(peers.size());
            await().atMost(interval.plus(Patience.LONGEST)).until(() -> heardFrom(peers) == peers.size());
            for (RawPeer peer : peers) {
                assertThat(peer.read().opcode()).isEqualTo(RawPeer.PING);
                peer.close();
            }
        }
    }

    private static void assertAFrameWithoutAMaskEndsTheConnection(RunningServer server) throws IOException {
        try (RawPeer peer = new RawPeer(server.port(), "/ws/chat")) {
            peer.sendRaw((byte) 0x81, (byte) 2, (byte) 'h', (byte) 'i');

            assertThat(peer.readUntil(RawPeer.CLOSE).closeCode()).isEqualTo(1002);
            assertThat(peer.atEnd()).isTrue();
        }
    }

    /** How many of them have something to read. */
    private static long heardFrom(List<RawPeer> peers) throws IOException {
        long count = 0;
        for (RawPeer peer : peers) {
            count += peer.hasSomethingToRead() ? 1 : 0;
        }
        return count;
    }

    private static WebSocketSettings settings(Duration grace, Duration ping) {
        return new WebSocketSettings(100, BOUND, grace, ping, 256);
    }

    private RouteBuilder door() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("vertx-websocket:/ws/chat?fireWebSocketConnectionEvents=true")
                        .process(exchange -> {
                            String key = exchange.getMessage().getHeader(KEY, String.class);
                            switch (exchange.getMessage()
                                    .getHeader(VertxWebsocketConstants.EVENT, VertxWebsocketEvent.class)) {
                                case OPEN -> opened.add(key);
                                case CLOSE -> closed.add(key);
                                default -> heard.add(exchange.getMessage().getBody(String.class));
                            }
                        });
            }
        };
    }
}
