package io.caravan.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Ending.How;
import io.caravan.demo.Fault.Cut;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultTest {

    private static final String CHAT = "/api/chat";
    private static final String EVENTS = "/v1/chat/completions";
    private static final String QUESTION = Caller.question("Grüße");
    private static final String STREAM = QUESTION.replaceFirst("\\{", "{\"stream\":true,");

    private final ScriptedModel model = ScriptedModel.builder()
            .script(Script.always(Reply.of(Words.of("Eins zwei drei vier fünf"), Pace.AT_ONCE)))
            .start();
    private final Caller caller = new Caller(model);

    @AfterEach
    void stop() {
        model.close();
    }

    @Test
    void answersWithAStatusAndHeadersOnceAndThenWell() throws Exception {
        model.next(Fault.status(429, "Retry-After", "2"));

        HttpResponse<String> first = caller.post(CHAT, QUESTION);
        HttpResponse<String> second = caller.post(CHAT, QUESTION);

        assertThat(first.statusCode()).isEqualTo(429);
        assertThat(first.headers().firstValue("retry-after")).contains("2");
        assertThat(second.statusCode()).isEqualTo(200);
    }

    @Test
    void takesFromTheQueueForQuestionsOnlyAndInOrder() throws Exception {
        model.next(Fault.status(503), Fault.none(), Fault.status(500));

        assertThat(caller.send("GET", "/api/tags").statusCode()).isEqualTo(200);
        assertThat(caller.post(CHAT, QUESTION).statusCode()).isEqualTo(503);
        assertThat(caller.post(CHAT, QUESTION).statusCode()).isEqualTo(200);
        assertThat(caller.post(EVENTS, QUESTION).statusCode()).isEqualTo(500);
    }

    @Test
    void failsByAConditionUntilHealed() throws Exception {
        model.when(call -> call.path().equals("/api/tags"), Fault.status(503));

        assertThat(caller.post(CHAT, QUESTION).statusCode()).isEqualTo(200);
        assertThat(caller.send("GET", "/api/tags").statusCode()).isEqualTo(503);
        model.heal();
        assertThat(caller.send("GET", "/api/tags").statusCode()).isEqualTo(200);
    }

    @Test
    void showsThePageOfAProxy() throws Exception {
        model.always(Fault.page());

        HttpResponse<String> response = caller.post(CHAT, QUESTION);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/html");
    }

    @Test
    void closesBeforeAStatusLine() throws Exception {
        model.next(new Fault.HangUp(Cut.How.CLOSE));

        try (Socket socket = caller.ask(CHAT, QUESTION)) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void resetsBeforeAStatusLine() throws Exception {
        model.next(new Fault.HangUp(Cut.How.RESET));

        try (Socket socket = caller.ask(CHAT, QUESTION)) {
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void readsAQuestionAndNeverAnswers() throws Exception {
        model.next(new Fault.Silence());

        try (Socket socket = caller.ask(CHAT, QUESTION)) {
            await().until(() -> model.questions().size() == 1);
            socket.setSoTimeout(100);

            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(model.inFlight()).isEqualTo(1);
        }
    }

    @Test
    void sendsNotEvenItsStatusBeforeALateFirstPiece() throws Exception {
        model.next(new Fault.Pause(0, Duration.ofMillis(300)));

        long asked = System.nanoTime();
        try (Socket socket = caller.ask(CHAT, QUESTION)) {
            Caller.readUntil(socket.getInputStream(), "HTTP/1.1 200 OK");

            assertThat(System.nanoTime() - asked).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(299));
        }
    }

    @Test
    void endsAStreamEarlyInGoodHttp() throws Exception {
        model.next(new Cut(3, Cut.How.END));

        String body = caller.post(CHAT, QUESTION).body();

        assertThat(Caller.lines(body)).hasSize(3);
        assertThat(body).doesNotContain("\"done\":true");
        assertThat(model.questions().get(0).ending().get().how()).isEqualTo(How.BROKEN);
    }

    @ParameterizedTest
    @EnumSource(
            value = Cut.How.class,
            names = {"CLOSE", "RESET"})
    void cutsTheConnectionInTheMiddleOfAStream(Cut.How how) throws Exception {
        model.next(new Cut(2, how));

        try (Socket socket = caller.ask(CHAT, QUESTION)) {
            InputStream in = socket.getInputStream();
            Caller.readUntil(in, " zwei");
            if (how == Cut.How.CLOSE) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .endsWith("\"done\":false}\n\r\n");
            } else {
                assertThatThrownBy(in::readAllBytes).isInstanceOf(SocketException.class);
            }
        }
        assertThat(model.questions().get(0).sent()).isEqualTo(2);
    }

    @Test
    void stallsInTheMiddleOfAStream() throws Exception {
        model.next(new Fault.Stall(2));

        try (Socket socket = caller.ask(CHAT, QUESTION)) {
            Caller.readUntil(socket.getInputStream(), "zwei\"},\"done\":false}\n\r\n");
            socket.setSoTimeout(100);

            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void breaksOffWithAnErrorInEitherFormat() throws Exception {
        model.next(new Fault.ErrorLine(1, "out of memory"), new Fault.ErrorLine(1, "out of memory"));

        String lines = caller.post(CHAT, QUESTION).body();
        String events = caller.post(EVENTS, STREAM).body();

        assertThat(lines).endsWith("{\"error\":\"out of memory\"}\n");
        assertThat(Caller.events(events).get(1).path("error").path("message").asText())
                .isEqualTo("out of memory");
        assertThat(events).doesNotContain("[DONE]");
    }

    @Test
    void failsWithAStatusWhereThereIsNoStreamToBreakOff() throws Exception {
        model.next(new Fault.ErrorLine(1, "out of memory"));

        HttpResponse<String> response = caller.post(CHAT, QUESTION.replaceFirst("\\{", "{\"stream\":false,"));

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("{\"error\":\"out of memory\"}\n");
    }

    @Test
    void putsRubbishBetweenTwoPieces() throws Exception {
        model.next(new Fault.Garbage(1, "{\"model\":oops\n"));

        List<String> lines = caller.post(CHAT, QUESTION).body().lines().toList();

        assertThat(lines).hasSize(7);
        assertThat(lines.get(1)).isEqualTo("{\"model\":oops");
    }

    @Test
    void leavesTheTerminatorOut() throws Exception {
        model.always(new Fault.Unterminated());

        assertThat(caller.post(CHAT, QUESTION).body()).contains("\"done\":true").doesNotEndWith("\n");
        assertThat(caller.post(EVENTS, STREAM).body())
                .contains("\"finish_reason\":\"stop\"")
                .doesNotContain("[DONE]");
    }

    @Test
    void sendsEachByteAlone() throws Exception {
        model.next(new Fault.ByteByByte());

        try (Socket socket = caller.ask(CHAT, QUESTION)) {
            InputStream in = socket.getInputStream();
            Caller.readUntil(in, "\r\n\r\n");

            assertThat(Caller.readUntil(in, "0\r\n\r\n")).matches("(?s)(1\r\n.\r\n)+0\r\n\r\n");
        }
        assertThat(caller.post(CHAT, QUESTION).body()).contains(" fünf");
    }

    @Test
    void tricklesForEver() throws Exception {
        model.next(new Fault.Trickle(Duration.ofMillis(5)));

        try (Socket socket = caller.ask(CHAT, QUESTION)) {
            for (int piece = 0; piece < 20; piece++) {
                Caller.readUntil(socket.getInputStream(), " on");
            }
        }
        await().until(() -> model.inFlight() == 0);
    }

    @Test
    void givesUpAnAnswerWhoseScriptFails() throws Exception {
        try (ScriptedModel broken = ScriptedModel.builder()
                .script(Script.always(Reply.of(
                        new Words(1, index -> {
                            throw new IllegalStateException("no such word");
                        }),
                        Pace.AT_ONCE)))
                .start()) {
            assertThatThrownBy(() -> new Caller(broken).post(CHAT, QUESTION)).isInstanceOf(IOException.class);
            await().until(() -> broken.inFlight() == 0);
        }
    }
}
