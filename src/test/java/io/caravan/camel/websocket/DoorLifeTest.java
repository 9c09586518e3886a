package io.caravan.camel.websocket;

import static io.caravan.camel.websocket.RunningServer.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.testing.Patience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.vertx.websocket.VertxWebsocketConstants;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

class DoorLifeTest {

    @Test
    void takesTheStandardUrisInYaml() throws Exception {
        try (RunningServer server = RunningServer.start()) {
            addYaml(server, """
                    - route:
                        id: in-websocket
                        from:
                          uri: vertx-websocket:127.0.0.1:0/ws/chat
                          parameters:
                            fireWebSocketConnectionEvents: true
                          steps:
                            - setBody:
                                simple: "${header[CamelVertxWebsocket.event]} ${body}"
                            - filter:
                                simple: "${header[CamelVertxWebsocket.event]} != 'CLOSE'"
                                steps:
                                  - to: vertx-websocket:/ws/chat
                    """);

            Peer peer = server.connect("/ws/chat").say("hello");

            assertThat(peer.hear()).isEqualTo("OPEN ");
            assertThat(peer.hear()).isEqualTo("MESSAGE hello");
        }
    }

    @Test
    void aStoppedRouteClosesItsConnectionsAndUnmountsItsPath() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        try (RunningServer server = RunningServer.start(echo("one"), echoWithEvents("two", events))) {
            Peer staying = server.connect("/ws/one");
            Peer leaving = server.connect("/ws/two");
            assertThat(leaving.say("x").hear()).isEqualTo("two x");

            server.context().getRouteController().stopRoute("two");

            assertThat(leaving.end()).isEqualTo(new Peer.End(1001, "going away"));
            await().untilAsserted(() -> assertThat(events).containsExactly("OPEN", "MESSAGE", "CLOSE"));
            assertThatThrownBy(() -> server.connect("/ws/two")).isInstanceOf(CompletionException.class);
            assertThat(staying.say("y").hear()).isEqualTo("one y");
            server.context().getRouteController().startRoute("two");
            assertThat(server.connect("/ws/two").say("z").hear()).isEqualTo("two z");
        }
    }

    @Test
    void aSuspendedRouteKeepsItsConnectionsAndWhatTheySay() throws Exception {
        try (RunningServer server = RunningServer.start(echo("one"))) {
            Peer peer = server.connect("/ws/one");

            server.context().getRouteController().suspendRoute("one");
            peer.say("later");
            await().during(Duration.ofMillis(200)).until(peer::heardNothing);
            RawPeer refused = new RawPeer(server.port(), "/ws/one");
            assertThat(refused.status()).isEqualTo(503);
            refused.close();
            server.context().getRouteController().resumeRoute("one");

            assertThat(peer.hear()).isEqualTo("one later");
        }
    }

    @Test
    void aDoorThatTakesOverAPathKeepsItsConnections() throws Exception {
        try (RunningServer server = RunningServer.start(echo("one"))) {
            Peer peer = server.connect("/ws/one");

            server.context().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("vertx-websocket:/ws/one?fireWebSocketConnectionEvents=true")
                            .routeId("one~2")
                            .filter(body().isNotNull())
                            .setBody(simple("new ${body}"))
                            .to("vertx-websocket:/ws/one");
                }
            });
            server.context().getRouteController().stopRoute("one");

            assertThat(peer.say("x").hear()).isEqualTo("new x");
            assertThat(server.component().connections()).isEqualTo(1);
        }
    }

    @Test
    void aStoppingServerLetsStreamsFinishAndCanStillBeToldToCancel() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        RunningServer server = RunningServer.start(new RouteBuilder() {
            @Override
            public void configure() {
                from("vertx-websocket:/ws/chat")
                        .filter(body().isEqualTo("cancel"))
                        .process(exchange -> cancelled.countDown())
                        .stop()
                        .end()
                        .to("seda:answers?waitForTaskToComplete=Never");
                from("seda:answers")
                        .process(exchange -> {
                            asked.add("asked");
                            cancelled.await();
                        })
                        .setBody(constant("the end"))
                        .to("vertx-websocket:/ws/chat");
            }
        });
        Peer peer = server.connect("/ws/chat").say("question");
        assertThat(asked.poll(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo("asked");

        Thread stopping = new Thread(server::close);
        stopping.start();
        await().until(() -> server.context().isStopping());
        peer.say("cancel");

        assertThat(peer.hear()).isEqualTo("the end");
        assertThat(peer.end()).isEqualTo(new Peer.End(1001, "going away"));
        stopping.join(Patience.LONGEST.toMillis());
        assertThat(stopping.isAlive()).isFalse();
    }

    @Test
    void closesAllAfterWhatWasSentToThem() throws Exception {
        List<String> events = new CopyOnWriteArrayList<>();
        BlockingQueue<String> keys = new LinkedBlockingQueue<>();
        try (RunningServer server = RunningServer.start(echoWithEvents("one", events), keeping(keys))) {
            Peer peer = server.connect("/ws/keys").say("x");
            String key = keys.poll(Patience.SECONDS, TimeUnit.SECONDS);
            for (int i = 0; i < 100; i++) {
                server.template().sendBodyAndHeader("vertx-websocket:/ws/keys", "chunk " + i, KEY, key);
            }

            server.component().closeAll(1001, "going away").get(Patience.SECONDS, TimeUnit.SECONDS);

            for (int i = 0; i < 100; i++) {
                assertThat(peer.hear()).isEqualTo("chunk " + i);
            }
            assertThat(peer.end()).isEqualTo(new Peer.End(1001, "going away"));
            assertThat(server.component().connections()).isZero();
        }
    }

    @Test
    void refusesToOpenASecondPort() {
        assertThatThrownBy(() -> RunningServer.start(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("vertx-websocket:127.0.0.1:1/ws/chat").to("mock:never");
                    }
                }))
                .hasStackTraceContaining("would open a second port: write vertx-websocket:/ws/chat");
    }

    @Test
    void talksToAnotherServerAsAClient() throws Exception {
        try (RunningServer other = RunningServer.start(echo("one"));
                RunningServer server = RunningServer.start()) {
            BlockingQueue<String> heard = new LinkedBlockingQueue<>();
            String uri = "vertx-websocket:127.0.0.1:" + other.port() + "/ws/one";
            server.context().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(uri + "?consumeAsClient=true")
                            .process(e -> heard.add(e.getMessage().getBody(String.class)));
                }
            });
            // The stock client begins to listen some time after it has connected.
            await().untilAsserted(() -> {
                other.template()
                        .sendBodyAndHeader(
                                "vertx-websocket:/ws/one", "to all", VertxWebsocketConstants.SEND_TO_ALL, true);
                assertThat(heard).contains("to all");
            });
        }
    }

    private static void addYaml(RunningServer server, String yaml) throws Exception {
        Resource resource = ResourceHelper.fromString("in-websocket.camel.yaml", yaml);
        PluginHelper.getRoutesLoader(server.context()).loadRoutes(resource);
    }

    private static RouteBuilder echo(String name) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("vertx-websocket:/ws/" + name)
                        .routeId(name)
                        .setBody(simple(name + " ${body}"))
                        .to("vertx-websocket:/ws/" + name);
            }
        };
    }

    private static RouteBuilder echoWithEvents(String name, List<String> events) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("vertx-websocket:/ws/" + name + "?fireWebSocketConnectionEvents=true")
                        .routeId(name)
                        .process(exchange -> events.add(
                                exchange.getMessage().getHeader(VertxWebsocketConstants.EVENT, String.class)))
                        .filter(body().isNotNull())
                        .setBody(simple(name + " ${body}"))
                        .to("vertx-websocket:/ws/" + name);
            }
        };
    }

    private static RouteBuilder keeping(BlockingQueue<String> keys) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("vertx-websocket:/ws/keys")
                        .process(exchange -> keys.add(exchange.getMessage().getHeader(KEY, String.class)));
            }
        };
    }
}
