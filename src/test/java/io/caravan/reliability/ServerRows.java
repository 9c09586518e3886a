package io.caravan.reliability;

import static io.caravan.reliability.Acts.answer;
import static io.caravan.reliability.Acts.error;
import static io.caravan.reliability.Acts.hangUp;
import static io.caravan.reliability.Acts.late;
import static io.caravan.reliability.Acts.onlyHeaders;
import static io.caravan.reliability.Acts.silence;
import static io.caravan.reliability.Acts.status;
import static io.caravan.reliability.Platform.ALONE;
import static io.caravan.reliability.Platform.FLAPPING;
import static io.caravan.reliability.Platform.FLAPPING_ALONE;
import static io.caravan.reliability.Platform.HASTY;
import static io.caravan.reliability.Platform.OPENAI_ALONE;
import static io.caravan.reliability.Platform.OPENAI_PAIR;
import static io.caravan.reliability.Platform.PAIR;
import static io.caravan.reliability.Platform.SPARED;
import static io.caravan.reliability.Platform.SPARED_ALONE;
import static io.caravan.reliability.Platform.TENTH;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.time.ZoneOffset.UTC;
import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.testing.Patience;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;

/** Servers that fail before they answer: statuses, silence, connections that end, and how long they ask to be spared. */
final class ServerRows {

    private static final String TOO_LONG = """
            {"error":{"message":"This model's maximum context length is 8192 tokens.",
              "type":"invalid_request_error","code":"context_length_exceeded"}}""";
    private static final String FILTERED = """
            {"error":{"message":"The prompt was filtered.","type":"invalid_request_error","code":"content_filter"}}""";
    private static final String NO_CREDIT = """
            {"error":{"message":"You exceeded your current quota.","type":"insufficient_quota",
              "code":"insufficient_quota"}}""";

    private ServerRows() {}

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(statuses());
        rows.addAll(silences());
        rows.addAll(refusals());
        rows.addAll(flapping());
        rows.addAll(accounting());
        rows.addAll(credit());
        rows.addAll(retryAfter());
        return rows;
    }

    private static List<Row> statuses() {
        return List.of(
                new Row("S01", "429 with Retry-After once: one retry, not before that time; success", PAIR, s -> {
                    s.a.plays(status(429, "Retry-After: 1"), answer());
                    s.ask().whole().by("a", 2).notBefore(ofSeconds(1));
                    s.called(2, 0);
                }),
                new Row("S02", "429 for ever: the fallback answers", PAIR, s -> {
                    s.a.plays(status(429));
                    s.ask().whole().by("b", 4).resumed(false);
                    s.called(3, 1);
                }),
                new Row("S02", "429 for ever, in OpenAI's protocol: the fallback answers", OPENAI_PAIR, s -> {
                    s.a.plays(status(429));
                    s.ask().whole().by("b", 4).resumed(false);
                    s.called(3, 1);
                }),
                new Row("S03", "500 once: a retry; success", PAIR, s -> {
                    s.a.plays(status(500), answer());
                    s.ask().whole().by("a", 2);
                    s.called(2, 0);
                }),
                new Row(
                        "S04",
                        "503 for ever: the fallback answers; the breaker opens, then it answers at once",
                        PAIR,
                        s -> {
                            s.a.plays(status(503));
                            s.ask().whole().by("b", 4);
                            s.ask().whole().by("b", 3);
                            assertThat(s.inside().breaker("a").getState()).isEqualTo(State.OPEN);
                            s.ask().whole().by("b", 1);
                            s.called(5, 3);
                        }),
                dropped("reset", Cut.RESET),
                dropped("closed", Cut.CLOSE),
                dropped("closed in one direction", Cut.HALF),
                new Row("S05", "connection reset before headers for ever: the fallback answers", PAIR, s -> {
                    s.a.plays(hangUp(Cut.RESET));
                    s.ask().whole().by("b", 4);
                    s.called(3, 1);
                }));
    }

    private static Row dropped(String what, Cut how) {
        return new Row("S05", "connection " + what + " before headers: a retry; success", PAIR, s -> {
            s.a.plays(hangUp(how), answer());
            s.ask().whole().by("a", 2);
            s.called(2, 0);
        });
    }

    private static List<Row> silences() {
        return List.of(
                new Row("S06", "accepts, never answers: first-byte timeout, the fallback answers", HASTY, s -> {
                    s.a.plays(silence());
                    s.ask().whole().by("b", 2).notBefore(ofSeconds(1));
                    s.called(1, 1);
                }),
                new Row("S06", "headers, then nothing: first-byte timeout, the fallback answers", HASTY, s -> {
                    s.a.plays(onlyHeaders());
                    s.ask().whole().by("b", 2).notBefore(ofSeconds(1));
                    s.called(1, 1);
                }),
                new Row("S07", "first token at two thirds of the timeout: success, no retry", TENTH, s -> {
                    s.a.plays(late(ofSeconds(2)));
                    s.ask().whole().by("a", 1).notBefore(ofSeconds(2));
                    s.called(1, 0);
                }));
    }

    private static List<Row> refusals() {
        return List.of(
                refused(
                        "S12",
                        "400 context too long",
                        error(400, TOO_LONG),
                        "invalid_request",
                        "maximum context length is 8192"),
                refused(
                        "S12",
                        "413 too large",
                        error(413, TOO_LONG),
                        "invalid_request",
                        "maximum context length is 8192"),
                refused("S13", "400 content filter", error(400, FILTERED), "provider_rejected", "blocked"));
    }

    private static Row refused(String id, String what, Act act, String code, String words) {
        return new Row(id, what + ": " + code + ", no retry, no fallback, in the server's words", OPENAI_PAIR, s -> {
            s.a.plays(act);
            s.ask().failed(code, false).retryable(false).because(words);
            s.called(1, 0);
            assertThat(s.inside().breaker("a").getMetrics().getNumberOfFailedCalls())
                    .isZero();
        });
    }

    /** 60 s of 503 and 20 requests 4 s apart, as 15 requests of 20, 100 ms apart: the breaker's 30 s are 750 ms. */
    private static List<Row> flapping() {
        return List.of(
                new Row(
                        "S15",
                        "flapping: every request is answered; the breaker opens, half-opens, closes",
                        FLAPPING,
                        s -> {
                            Flapping server = new Flapping(s);
                            for (int i = 1; i <= 20; i++) {
                                s.ask().whole().longBefore(Patience.LONGEST);
                                server.after(i);
                            }
                            server.recover();
                            s.ask().whole().by("a", 1);
                        }),
                new Row(
                        "S15",
                        "flapping, no fallback: each request gets an answer or a typed error within its budget",
                        FLAPPING_ALONE,
                        s -> {
                            Flapping server = new Flapping(s);
                            for (int i = 1; i <= 20; i++) {
                                Seen seen = s.ask().longBefore(Patience.LONGEST);
                                if (i <= Flapping.OUTAGE) {
                                    seen.failed("provider_unavailable", false).retryable(true);
                                }
                                server.after(i);
                            }
                            server.recover();
                            s.ask().whole().by("a", 1);
                        }));
    }

    private static List<Row> accounting() {
        return List.of(new Row(
                "S16", "after a fallback complete names who answered, their usage, the attempts", PAIR, s -> {
                    double before = s.app().metric("caravan_requests_total", "gen_ai_provider_name=\"b\"");
                    s.a.plays(status(503));
                    Seen seen = s.ask().whole().by("b", 4).resumed(false);
                    assertThat(seen.metadata().path("finish_reason").asText()).isEqualTo("stop");
                    assertThat(seen.metadata().at("/usage/prompt_tokens").asInt())
                            .isEqualTo(7);
                    assertThat(seen.metadata().at("/usage/completion_tokens").asInt())
                            .isEqualTo(60);
                    assertThat(seen.metadata().at("/usage/total_tokens").asInt())
                            .isEqualTo(67);
                    s.called(3, 1);
                    s.inside().awaitNoRequests();
                    assertThat(s.app().metric("caravan_requests_total", "gen_ai_provider_name=\"b\""))
                            .isEqualTo(before + 1);
                }));
    }

    private static List<Row> credit() {
        return List.of(
                new Row("S25", "429 insufficient_quota: never retried", OPENAI_ALONE, s -> {
                    s.a.plays(error(429, NO_CREDIT, "Retry-After: 1"));
                    s.ask().failed("provider_rejected", false).retryable(false).because("no credit left");
                    s.called(1, 0);
                }),
                new Row("S25", "429 insufficient_quota, with a fallback: it answers at once", OPENAI_PAIR, s -> {
                    s.a.plays(error(429, NO_CREDIT));
                    s.ask().whole().by("b", 2);
                    s.called(1, 1);
                }),
                new Row("S25", "a key that is refused, with a fallback: it answers at once", OPENAI_PAIR, s -> {
                    s.a.plays(status(401));
                    s.ask().whole().by("b", 2);
                    s.called(1, 1);
                }));
    }

    private static List<Row> retryAfter() {
        return List.of(
                honoured("Retry-After as a float", () -> "Retry-After: 0.6", ofMillis(600)),
                honoured("retry-after-ms", () -> "retry-after-ms: 600", ofMillis(600)),
                // An HTTP date has whole seconds: one 2 s from now is at least 1 s away.
                honoured(
                        "Retry-After as a date",
                        () -> "Retry-After: "
                                + RFC_1123_DATE_TIME.format(
                                        ZonedDateTime.now(UTC).plusSeconds(2)),
                        ofMillis(900)),
                new Row("S26", "Retry-After of 10 minutes: told at once", SPARED_ALONE, s -> {
                    s.a.plays(status(429, "Retry-After: 600"));
                    s.ask().failed("rate_limited", false).retryable(true).longBefore(Patience.LONGEST);
                    s.called(1, 0);
                }),
                new Row("S26", "Retry-After of 10 minutes, with a fallback: it answers at once", SPARED, s -> {
                    s.a.plays(status(429, "Retry-After: 600"));
                    s.ask().whole().by("b", 2).longBefore(Patience.LONGEST);
                    s.called(1, 1);
                }),
                new Row("S26", "Retry-After beyond sense: as if it were not there", ALONE, s -> {
                    s.a.plays(status(429, "Retry-After: soon"), answer());
                    s.ask().whole().by("a", 2);
                    s.called(2, 0);
                }));
    }

    private static Row honoured(String what, java.util.function.Supplier<String> header, Duration atLeast) {
        return new Row("S26", what + ": honoured", ALONE, s -> {
            s.a.plays((asked, line) -> status(429, header.get()).play(asked, line), answer());
            s.ask().whole().by("a", 2).notBefore(atLeast);
            s.called(2, 0);
        });
    }
}
