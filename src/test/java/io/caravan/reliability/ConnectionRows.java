package io.caravan.reliability;

import static io.caravan.reliability.Acts.answer;
import static io.caravan.reliability.Acts.closingAfter;
import static io.caravan.reliability.Acts.closingWhenIdle;
import static io.caravan.reliability.Acts.stale;
import static io.caravan.reliability.Acts.stall;
import static io.caravan.reliability.Platform.ALONE;
import static io.caravan.reliability.Platform.NARROW;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.cli.Doctored;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;

/** Servers that cannot be reached or trusted, close connections between requests, or have none left. */
final class ConnectionRows {

    private ConnectionRows() {}

    static List<Row> rows() {
        return List.of(
                new Row("S22", "closed after every 10th request, 100 requests: no failed request", ALONE, s -> {
                    s.a.plays(closingAfter(10));
                    for (int i = 0; i < 100; i++) {
                        s.ask().whole();
                    }
                    s.called(100, 0);
                    assertThat(s.a.accepted()).isEqualTo(10);
                }),
                new Row("S22", "closed when idle, 10 requests: no failed request", ALONE, s -> {
                    s.a.plays(closingWhenIdle(ofMillis(20)));
                    for (int i = 0; i < 10; i++) {
                        s.ask().whole();
                        await().until(() -> s.a.open() == 0);
                    }
                    s.called(10, 0);
                    assertThat(s.a.accepted()).isEqualTo(10);
                }),
                new Row(
                        "S22",
                        "closed at the very moment of the next request, 50 times: no failed request",
                        ALONE,
                        s -> {
                            s.a.plays(closingWhenIdle(ofMillis(5)));
                            for (int i = 0; i < 50; i++) {
                                s.ask().whole();
                                await().pollDelay(ofMillis(5)).until(() -> true);
                            }
                            s.note(s.a.asked().size() + " calls for 50 requests");
                        }),
                whereOldOnesFail("closed", Cut.CLOSE),
                whereOldOnesFail("reset", Cut.RESET),
                new Row("S23", "pool exhausted: overloaded after the acquire timeout", NARROW, s -> {
                    s.a.plays(stall(1), answer());
                    try (ChatClient first = s.connect()) {
                        first.chat("held", "hello").until("held", "chunk");
                        s.ask()
                                .failed("overloaded", false)
                                .retryable(true)
                                .because("300ms (acquire-timeout)")
                                .notBefore(ofMillis(300));
                        first.send("cancel", "held").end("held");
                    }
                    s.called(1, 0);
                    s.inside().awaitNoRequests();
                    s.ask().whole();
                }),
                new Row(
                        "S27",
                        "TLS with an unknown certificate: named plainly, in the error and in doctor",
                        ALONE,
                        s -> {
                            try (FaultServer unknown = FaultServer.startTls(UnknownCertificate.in(s.folder()))) {
                                named(s, unknown.url(), "cannot be trusted", "certificate");
                                assertThat(unknown.asked()).isEmpty();
                            }
                        }),
                new Row(
                        "S27",
                        "DNS failure: named plainly, in the error and in doctor",
                        ALONE,
                        s -> named(
                                s,
                                URI.create("http://no-such-host.invalid:11434"),
                                "no-such-host.invalid",
                                "not known")),
                new Row(
                        "S27",
                        "connection refused: named plainly, in the error and in doctor",
                        ALONE,
                        s -> named(
                                s,
                                URI.create("http://127.0.0.1:" + TestApp.closedPort()),
                                "nothing listens at http://127")));
    }

    /** A device between us and the server forgets connections; that says nothing about the server. */
    private static Row whereOldOnesFail(String what, Cut how) {
        return new Row("S22", "every connection is " + what + " at its second request: no failed request", ALONE, s -> {
            s.a.plays(stale(how));
            for (int i = 0; i < 20; i++) {
                s.ask().whole();
            }
            s.note(s.a.asked().size() + " calls for 20 requests");
        });
    }

    private static void named(Stage s, URI url, String... words) throws Exception {
        try (TestApp app = TestApp.in(Files.createTempDirectory(s.folder(), "elsewhere"))
                        .ollama("a", url, "max-retries=0")
                        .start();
                ChatClient client = app.connect()) {
            String told = s.ask(client)
                    .failed("provider_unavailable", false)
                    .retryable(true)
                    .because(words)
                    .reason();
            s.note('"' + told + '"');
            assertThat(Doctored.about(url)).startsWith("FAIL").contains(words);
            // Names and what to do are for whoever reads; the words of the library below are not.
            assertThat(told).doesNotContain("Exception", "PKIX", "sun.", "javax.");
            assertThat(Doctored.about(url)).doesNotContain("Exception", "PKIX", "sun.", "javax.", "null");
        }
    }
}
