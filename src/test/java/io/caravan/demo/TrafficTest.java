package io.caravan.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Ending.How;
import io.caravan.testing.Patience;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrafficTest {

    private static final String CHAT = "/api/chat";
    private static final String QUESTION = Caller.question("Hello");

    private final ScriptedModel model =
            ScriptedModel.builder().pace(Pace.AT_ONCE).remembering(2).start();
    private final Caller caller = new Caller(model);

    @AfterEach
    void stop() {
        model.close();
    }

    @Test
    void knowsWhenACallerLeftInTheMiddleOfAStream() throws Exception {
        model.next(new Fault.Stall(1));
        Socket socket = caller.ask(CHAT, QUESTION);
        Caller.readUntil(socket.getInputStream(), "\"done\":false");
        Call call = model.questions().get(0);
        assertThat(call.ending()).isNotDone();

        long left = System.nanoTime();
        socket.close();
        Ending ending = call.ending().get(Patience.SECONDS, TimeUnit.SECONDS);

        assertThat(ending.how()).isEqualTo(How.LEFT);
        assertThat(ending.nanoTime()).isGreaterThan(left);
        assertThat(call.sent()).isEqualTo(1);
        assertThat(model.inFlight()).isZero();
        await().until(() -> model.open() == 0);
    }

    @Test
    void provesThatAConnectionIsUsedAgain() throws Exception {
        caller.post(CHAT, QUESTION);
        caller.post(CHAT, QUESTION);

        assertThat(model.accepted()).isEqualTo(1);
        assertThat(model.open()).isEqualTo(1);
        assertThat(model.calls()).extracting(Call::connection).containsExactly(0, 0);
    }

    @Test
    void remembersTheLatestCallsAndCountsAll() throws Exception {
        caller.post(CHAT, QUESTION);
        caller.post(CHAT, Caller.question("Second"));
        caller.send("GET", "/api/tags?x=1");

        assertThat(model.received(CHAT)).isEqualTo(2);
        assertThat(model.received("/api/tags")).isEqualTo(1);
        assertThat(model.calls()).extracting(Call::number).containsExactly(1, 2);
        assertThat(model.questions()).hasSize(1);
        Call call = model.calls().get(0);
        assertThat(call.method()).isEqualTo("POST");
        assertThat(call.json().path("messages").get(0).path("content").asText()).isEqualTo("Second");
        assertThat(call.headers())
                .containsKey("User-Agent")
                .containsEntry("content-length", "" + call.body().length());
        assertThat(call.ending().get().how()).isEqualTo(How.ANSWERED);
    }

    @Test
    void dropsAllConnectionsAndGoesOnListening() throws Exception {
        caller.post(CHAT, QUESTION);

        model.disconnectAll();

        await().until(() -> model.open() == 0);
        assertThat(new Caller(model).post(CHAT, QUESTION).statusCode()).isEqualTo(200);
        assertThat(model.accepted()).isEqualTo(2);
    }

    @Test
    void paysOutItsPiecesAtTheOrderedPace() throws Exception {
        try (ScriptedModel stamped =
                ScriptedModel.builder().script(Script.stamped(20, 100)).start()) {
            long asked = System.nanoTime();
            List<Long> stamps = Caller.lines(
                            new Caller(stamped).post(CHAT, QUESTION).body())
                    .stream()
                    .map(line -> line.path("message").path("content").asText().strip())
                    .filter(text -> !text.isEmpty())
                    .map(Long::valueOf)
                    .toList();

            assertThat(stamps).hasSize(20).isSorted();
            assertThat(stamps.get(19) - asked)
                    .isGreaterThan(Duration.ofMillis(189).toNanos());
        }
    }

    @Test
    void livesOnTheVertxOfAnotherAndLeavesItOpen() throws Exception {
        Vertx vertx = Vertx.vertx();
        ScriptedModel guest =
                ScriptedModel.builder().vertx(vertx).pace(Pace.AT_ONCE).start();
        assertThat(new Caller(guest).post(CHAT, QUESTION).statusCode()).isEqualTo(200);

        int port = guest.port();
        guest.close();

        // The system may take a connection until the acceptor's selector has let go of the socket.
        await().untilAsserted(() -> assertThatThrownBy(() -> connect(port)).isInstanceOf(IOException.class));
        ScriptedModel second = ScriptedModel.builder().vertx(vertx).start();
        assertThat(second.port()).isPositive();
        second.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void refusesToStartOnATakenPort() {
        assertThatThrownBy(() -> ScriptedModel.builder().port(model.port()).start())
                .hasCauseInstanceOf(java.net.BindException.class);
    }

    private static void connect(int port) throws IOException {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
    }
}
