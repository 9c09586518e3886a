package io.caravan.camel.websocket;

import static io.caravan.camel.websocket.RunningServer.KEY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.failure.CancelledException;
import io.caravan.testing.Patience;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepliesTest {

    private final BlockingQueue<String> keys = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        server = RunningServer.start(new RouteBuilder() {
            @Override
            public void configure() {
                from("vertx-websocket:/ws/chat")
                        .process(exchange -> {
                            keys.add(exchange.getMessage().getHeader(KEY, String.class));
                            asked.add(exchange.getMessage().getBody(String.class));
                        })
                        .setBody(simple("you said ${body}"))
                        .to("vertx-websocket:/ws/chat");
            }
        });
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void answersWhoAskedAndNobodyElse() throws Exception {
        Peer asking = server.connect("/ws/chat");
        Peer silent = server.connect("/ws/chat");

        asking.say("hello");

        assertThat(asking.hear()).isEqualTo("you said hello");
        assertThat(silent.heardNothing()).isTrue();
    }

    @Test
    void refusesAKeyThatIsUnknownAndDoesNotAskItself() {
        assertThatThrownBy(() -> reply("nobody", "hello"))
                .isInstanceOf(CamelExecutionException.class)
                .hasCauseInstanceOf(CancelledException.class)
                .hasRootCauseMessage("The caller has left");

        assertThat(server.component().connections()).isZero();
        assertThat(asked).isEmpty();
    }

    @Test
    void refusesTheKeyOfAPeerThatHasLeft() throws Exception {
        Peer other = server.connect("/ws/chat");
        String key = keyOf(server.connect("/ws/chat"), true);
        await().until(() -> server.component().connections() == 1);

        assertThatThrownBy(() -> reply(key, "late")).hasCauseInstanceOf(CancelledException.class);

        assertThat(other.heardNothing()).isTrue();
    }

    @Test
    void demandsAKey() {
        assertThatThrownBy(() -> server.template().sendBody("vertx-websocket:/ws/chat", "to whom?"))
                .hasStackTraceContaining("needs the header CamelVertxWebsocket.connectionKey");
    }

    @Test
    void recognisesItselfByAnyNameOfItsHost() {
        assertThatThrownBy(() -> server.template()
                        .sendBodyAndHeader(
                                "vertx-websocket:localhost:" + server.port() + "/ws/chat", "x", KEY, "nobody"))
                .hasCauseInstanceOf(CancelledException.class);
    }

    @Test
    void takesBytesAsTextAndSplitsALongMessageIntoFramesAnyClientTakes() throws Exception {
        Peer peer = server.connect("/ws/chat");
        String key = keyOf(peer, false);
        String text = "größer".repeat(100_000);

        server.template().sendBodyAndHeader("vertx-websocket:/ws/chat", text.getBytes(UTF_8), KEY, key);

        assertThat(peer.hear()).isEqualTo(text);
    }

    @Test
    void keepsTheOrderInWhichItWasSent() throws Exception {
        Peer peer = server.connect("/ws/chat");
        String key = keyOf(peer, false);

        for (int i = 0; i < 5_000; i++) {
            reply(key, "chunk " + i);
        }

        for (int i = 0; i < 5_000; i++) {
            assertThat(peer.hear()).isEqualTo("chunk " + i);
        }
        await().until(() -> server.component().waitingBytes() == 0);
    }

    @Test
    void sendsToAllOfItsPathWhereAskedTo() throws Exception {
        List<Peer> peers = List.of(server.connect("/ws/chat"), server.connect("/ws/chat"));
        await().until(() -> server.component().connections() == 2);

        server.template()
                .sendBodyAndHeader("vertx-websocket:/ws/chat", "all", VertxWebsocketConstants.SEND_TO_ALL, true);

        for (Peer peer : peers) {
            assertThat(peer.hear()).isEqualTo("all");
        }
    }

    @Test
    void completesOnTheThreadOfTheCaller() throws Exception {
        Peer peer = server.connect("/ws/chat");
        String key = keyOf(peer, false);

        Endpoint endpoint = server.context().getEndpoint("vertx-websocket:/ws/chat");
        Exchange exchange = endpoint.createExchange();
        exchange.getMessage().setBody("now");
        exchange.getMessage().setHeader(KEY, key);
        List<Thread> completing = new CopyOnWriteArrayList<>();
        boolean completed = endpoint.createAsyncProducer()
                .process(exchange, synchronously -> completing.add(Thread.currentThread()));

        assertThat(completed).isTrue();
        assertThat(completing).containsExactly(Thread.currentThread());
        assertThat(exchange.getException()).isNull();
        assertThat(peer.hear()).isEqualTo("now");
    }

    private void reply(String key, String text) {
        server.template().sendBodyAndHeader("vertx-websocket:/ws/chat", text, KEY, key);
    }

    private String keyOf(Peer peer, boolean leave) throws InterruptedException {
        peer.say("who am I?");
        assertThat(peer.hear()).isEqualTo("you said who am I?");
        String key = keys.poll(Patience.SECONDS, TimeUnit.SECONDS);
        assertThat(key).isNotNull();
        if (leave) {
            peer.close();
        }
        return key;
    }
}
