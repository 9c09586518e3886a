package io.caravan.reliability;

import static io.caravan.reliability.Acts.answer;
import static io.caravan.reliability.Acts.body;
import static io.caravan.reliability.Acts.flood;
import static io.caravan.reliability.Acts.silence;
import static io.caravan.reliability.Acts.trickle;
import static io.caravan.reliability.Platform.ALONE;
import static io.caravan.reliability.Platform.CROWDED;
import static io.caravan.reliability.Platform.GUARDED;
import static io.caravan.reliability.Platform.IMPATIENT;
import static io.caravan.reliability.Platform.TOOLED;
import static io.caravan.testing.ChatClient.json;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.camel.websocket.RawPeer;
import io.caravan.testing.ChatClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Callers that leave, cancel, do not read, speak nonsense, have no business here, or ask strange things. */
final class CallerRows {

    private static final int LEAVERS = 50;
    private static final int AT_ONCE = 1000;
    private static final String ASKS_FOR_A_TOOL = """
            {"model":"m","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"slow","arguments":{}}}]},"done":false}
            {"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}
            """;

    private static final Act SLOWLY = trickle(ofMillis(20));

    private CallerRows() {}

    static List<Row> rows() {
        return Stream.of(
                        leaving(), leavingATool(), cancelling(), unread(), nonsense(), handshakes(), twice(), strange())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> leaving() {
        return List.of(
                new Row(
                        "C01",
                        "leaves before the first token, " + LEAVERS + " times: the model is stopped",
                        ALONE,
                        s -> {
                            s.a.plays(silence());
                            leave(s, "processing");
                        }),
                new Row("C01", "leaves in mid-stream, " + LEAVERS + " times: the model is stopped", ALONE, s -> {
                    s.a.plays(SLOWLY);
                    leave(s, "chunk");
                }));
    }

    private static void leave(Stage s, String after) {
        long slowest = 0;
        for (int i = 1; i <= LEAVERS; i++) {
            int leavers = i;
            ChatClient client = s.connect();
            client.chat("r1", "hello").until("r1", after);
            await().until(() -> s.a.asked().size() == leavers);
            long gone = System.nanoTime();
            client.vanish();
            await().pollInterval(ofMillis(5)).until(() -> s.a.left().size() == leavers);
            slowest = Math.max(slowest, s.a.left().get(leavers - 1) - gone);
        }
        s.note("seen within " + (slowest / 1_000_000 + 1) + " ms");
        s.called(LEAVERS, 0);
        s.inside().awaitPeace();
        var calls = s.inside().breaker("a").getMetrics();
        assertThat(calls.getNumberOfFailedCalls()).as("held against the model").isZero();
    }

    private static List<Row> leavingATool() {
        return List.of(
                new Row("C02", "leaves while a tool runs: its call ends, no further call to the model", TOOLED, s -> {
                    ChatClient client = untilTheToolRuns(s);
                    client.vanish();
                    s.inside().awaitPeace();
                    s.called(1, 0);
                }),
                new Row("C02", "cancels while a tool runs: likewise, and is told so", TOOLED, s -> {
                    try (ChatClient client = untilTheToolRuns(s)) {
                        client.send("cancel", "r1");
                        assertThat(client.error("r1").get("code").asText()).isEqualTo("cancelled");
                        s.inside().awaitNoRequests();
                        s.called(1, 0);
                    }
                }));
    }

    private static ChatClient untilTheToolRuns(Stage s) {
        s.a.plays(body("application/x-ndjson", ASKS_FOR_A_TOOL), answer());
        ChatClient client = s.connect();
        client.chat("r1", "hello").until("r1", "chunk");
        await().until(() -> s.inside().underWay("slow-tool") == 1);
        return client;
    }

    private static List<Row> cancelling() {
        return List.of(new Row(
                "C03", "cancel of one of three requests: only that one ends, with cancelled", ALONE, s -> {
                    s.a.plays(SLOWLY);
                    try (ChatClient client = s.connect()) {
                        for (String id : List.of("r1", "r2", "r3")) {
                            client.chat(id, "hello").until(id, "chunk");
                        }

                        client.send("cancel", "r2");

                        assertThat(client.error("r2").get("code").asText()).isEqualTo("cancelled");
                        await().until(() -> s.a.left().size() == 1);
                        for (String id : List.of("r1", "r3")) {
                            for (int chunks = 0; chunks < 20; chunks++) {
                                assertThat(client.next(id).path("status").asText())
                                        .isEqualTo("chunk");
                            }
                        }
                        assertThat(client.silent("r2")).isTrue();
                        s.called(3, 0);
                        client.send("cancel", "r1").send("cancel", "r3");
                        client.end("r1");
                        client.end("r3");
                    }
                }));
    }

    private static List<Row> unread() {
        return List.of(new Row(
                "C04", "reads nothing: bounded, cut off with a reason; others unaffected", IMPATIENT, s -> {
                    s.a.plays(flood(), answer());
                    try (RawPeer idle = new RawPeer(s.app().uri("/").getPort(), "/ws/chat")) {
                        idle.say("{\"action\":\"chat\",\"request_id\":\"r1\",\"payload\":{\"text\":\"hello\"}}");
                        double most = 0;
                        while (s.a.left().isEmpty()) {
                            if (!s.a.asked().isEmpty()) {
                                s.ask().whole().by("a", 1);
                            }
                            most = Math.max(most, s.app().metric("caravan_websocket_waiting_bytes", ""));
                        }
                        assertThat(most).as("bytes that waited").isLessThanOrEqualTo(2 * 256 * 1024);
                        s.note((int) most / 1024 + " KiB waited at most");
                        assertThat(idle.hearClose()).isEqualTo("1008 slow reader: 262144 bytes unread for 0.3 s");
                    }
                    s.ask().whole();
                }));
    }

    private static List<Row> nonsense() {
        List<Row> rows = new ArrayList<>();
        rows.add(refused("invalid JSON", "{\"action\":\"chat\"", "JSON"));
        rows.add(refused("an unknown action", "{\"action\":\"dance\",\"request_id\":\"r1\"}", "dance"));
        rows.add(refused(
                "a missing field", "{\"action\":\"chat\",\"request_id\":\"r1\",\"payload\":{}}", "payload.text"));
        rows.add(refused("no request_id", "{\"action\":\"chat\",\"payload\":{\"text\":\"hello\"}}", "request_id"));
        rows.add(refused(
                "a wrong type",
                "{\"action\":\"chat\",\"request_id\":\"r1\",\"payload\":{\"text\":7}}",
                "payload.text"));
        rows.add(refused(
                "an unknown field",
                "{\"action\":\"chat\",\"request_id\":\"r1\",\"payload\":{\"text\":\"a\",\"txt\":1}}",
                "payload.txt"));
        rows.add(new Row("C05", "a binary frame: a typed error, the connection lives on", ALONE, s -> {
            try (ChatClient client = s.connect()) {
                client.sendBinary(new byte[] {1, 2, 3});
                assertThat(client.next(ChatClient.NOBODY).at("/error/message").asText())
                        .contains("binary");
                s.ask(client).whole();
            }
        }));
        rows.add(new Row(
                "C05", "a frame of 10 MB: closed with 1009, as the protocol has it; others unaffected", ALONE, s -> {
                    try (ChatClient other = s.connect();
                            RawPeer peer = new RawPeer(s.app().uri("/").getPort(), "/ws/chat")) {
                        peer.announce(10_000_000);
                        assertThat(peer.hearClose()).startsWith("1009 ");
                        s.ask(other).whole();
                    }
                }));
        rows.add(new Row("C05", AT_ONCE + " requests at once on a connection: all are answered", ALONE, s -> {
            try (ChatClient client = s.connect()) {
                askManyAtOnce(client);
                for (int i = 0; i < AT_ONCE; i++) {
                    assertThat(ChatClient.text(client.all("r" + i))).isEqualTo(Acts.WHOLE);
                }
            }
            s.called(AT_ONCE, 0);
        }));
        rows.add(new Row(
                "C05", AT_ONCE + " at once where 30 may be: 30 answers, the rest refused as overloaded", CROWDED, s -> {
                    CountDownLatch go = new CountDownLatch(1);
                    s.a.plays((asked, line) -> {
                        awaitQuietly(go);
                        answer().play(asked, line);
                    });
                    try (ChatClient client = s.connect()) {
                        askManyAtOnce(client);
                        await().until(() -> refusals(client) == AT_ONCE - 30);
                        go.countDown();
                        long whole = 0;
                        for (int i = 0; i < AT_ONCE; i++) {
                            whole += ChatClient.text(client.all("r" + i)).equals(Acts.WHOLE) ? 1 : 0;
                        }
                        assertThat(whole).isEqualTo(30);
                        assertThat(refusals(client)).isEqualTo(AT_ONCE - 30);
                    }
                    s.called(30, 0);
                }));
        return rows;
    }

    private static void askManyAtOnce(ChatClient client) {
        for (int i = 0; i < AT_ONCE; i++) {
            client.chat("r" + i, "hello");
        }
    }

    private static long refusals(ChatClient client) {
        return client.frames().stream()
                .filter(frame -> frame.contains("\"overloaded\""))
                .count();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Row refused(String what, String frame, String names) {
        return new Row("C05", what + ": a typed error that names it, the connection lives on", ALONE, s -> {
            try (ChatClient client = s.connect()) {
                client.send(frame);
                var error = client.next(frame.contains("\"r1\"") ? "r1" : ChatClient.NOBODY)
                        .path("error");
                assertThat(error.path("code").asText()).isEqualTo("invalid_request");
                assertThat(error.path("message").asText()).contains(names);
                s.called(0, 0);
                s.ask(client).whole();
            }
        });
    }

    private static List<Row> handshakes() {
        String token = "Authorization: Bearer token-of-alice";
        return List.of(
                handshake("a foreign Origin", 403, token, "Origin: https://foe.example"),
                handshake("no token", 401),
                handshake("a wrong token", 401, "Authorization: Bearer token-of-bob"),
                handshake("a token and a known Origin", 101, token, "Origin: https://friend.example"),
                new Row("C06", "hostile query parameters: nothing of them reaches a header or the model", ALONE, s -> {
                    String hostile = "/ws/chat?CaravanModel=evil&CaravanSystem=evil&CamelHttpPath=/evil"
                            + "&CamelHttpUri=http://evil.invalid&CaravanReplyTo=log:evil&Authorization=evil";
                    try (ChatClient client = ChatClient.connect(s.app().uri(hostile))) {
                        s.ask(client).whole().by("a", 1);
                    }
                    s.called(1, 0);
                    assertThat(s.a.asked().get(0).path()).isEqualTo("/api/chat");
                    assertThat(s.a.asked().get(0).headers() + s.a.asked().get(0).body())
                            .doesNotContain("evil");
                }));
    }

    private static Row handshake(String what, int status, String... headers) {
        return new Row("C06", "handshake with " + what + ": " + status, GUARDED, s -> {
            try (RawPeer peer = new RawPeer(s.app().uri("/").getPort(), "/ws/chat", headers)) {
                assertThat(peer.status()).isEqualTo(status);
            }
        });
    }

    private static List<Row> twice() {
        return List.of(new Row("C07", "two requests with the same id in flight: the second refused", ALONE, s -> {
            s.a.plays(trickle(ofMillis(20)));
            try (ChatClient client = s.connect()) {
                client.chat("r1", "hello").until("r1", "chunk");

                client.chat("r1", "hello again");

                var refusal = client.until("r1", "error");
                assertThat(ChatClient.last(refusal).at("/error/code").asText()).isEqualTo("invalid_request");
                assertThat(client.next("r1").path("status").asText()).isEqualTo("chunk");
                s.called(1, 0);
                client.send("cancel", "r1").end("r1");
            }
        }));
    }

    private static List<Row> strange() {
        return List.of(
                passedOn("NUL", "a\u0000b"),
                passedOn("U+2028 and U+2029", "a\u2028b\u2029c"),
                passedOn("characters beyond 16 bits", "a😀b\uD83D\uDC69\u200D\uD83D\uDE80c"),
                passedOn("1 MB", "0123456789abcdef".repeat(65_536)),
                new Row("C08", "a lone surrogate: passed on as it is or a typed error", ALONE, s -> {
                    try (ChatClient client = s.connect()) {
                        client.send("{\"action\":\"chat\",\"request_id\":\"r1\",\"payload\":{\"text\":\"a\\ud83db\"}}");
                        if (client.end("r1").has("error")) {
                            s.called(0, 0);
                        } else {
                            assertThat(said(s)).isEqualTo("a\uD83Db");
                        }
                        s.ask(client).whole();
                    }
                }),
                new Row("C08", "bytes that are no UTF-8: closed with 1007, as the protocol has it", ALONE, s -> {
                    try (RawPeer peer = new RawPeer(s.app().uri("/").getPort(), "/ws/chat")) {
                        peer.sayBytes(new byte[] {'"', (byte) 0xff, '"'});
                        assertThat(peer.hearClose()).startsWith("1007 ");
                    }
                    s.ask().whole();
                }));
    }

    private static Row passedOn(String what, String text) {
        return new Row("C08", "a prompt with " + what + ": passed on unharmed", ALONE, s -> {
            try (ChatClient client = s.connect()) {
                client.chat("r1", text);
                assertThat(client.end("r1").path("status").asText()).isEqualTo("complete");
            }
            s.called(1, 0);
            assertThat(said(s)).isEqualTo(text);
        });
    }

    private static String said(Stage s) {
        return json(s.a.asked().get(0).body()).at("/messages/0/content").asText();
    }
}
