package io.caravan.reliability;

import static io.caravan.reliability.Acts.afresh;
import static io.caravan.reliability.Acts.answer;
import static io.caravan.reliability.Acts.body;
import static io.caravan.reliability.Acts.byteByByte;
import static io.caravan.reliability.Acts.cut;
import static io.caravan.reliability.Acts.error;
import static io.caravan.reliability.Acts.gzip;
import static io.caravan.reliability.Acts.interjecting;
import static io.caravan.reliability.Acts.longLine;
import static io.caravan.reliability.Acts.page;
import static io.caravan.reliability.Acts.stall;
import static io.caravan.reliability.Acts.status;
import static io.caravan.reliability.Acts.tokens;
import static io.caravan.reliability.Acts.trickle;
import static io.caravan.reliability.Acts.trickleOfBytes;
import static io.caravan.reliability.Acts.unterminated;
import static io.caravan.reliability.Platform.ALONE;
import static io.caravan.reliability.Platform.BRIEF;
import static io.caravan.reliability.Platform.HASTY;
import static io.caravan.reliability.Platform.OPENAI_ALONE;
import static io.caravan.reliability.Platform.OPENAI_BRIEF;
import static io.caravan.reliability.Platform.OPENAI_HASTY;
import static io.caravan.reliability.Platform.OPENAI_PAIR;
import static io.caravan.reliability.Platform.OPENAI_RESUME;
import static io.caravan.reliability.Platform.PAIR;
import static io.caravan.reliability.Platform.RESUME_OFF;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Servers that fail while they answer: streams that break off, stall, turn to rubbish, come in crumbs or never end. */
final class StreamRows {

    private static final String NO_PREFILL =
            "{\"error\":{\"message\":\"This model does not support assistant message prefill.\","
                    + "\"type\":\"invalid_request_error\"}}";
    private static final String OBJECT =
            "{\"error\":{\"message\":\"the runner has stopped\",\"type\":\"server_error\"}}";
    private static final String STRING = "{\"error\":\"the runner has stopped\"}";
    private static final String DOCUMENT =
            "{\n  \"error\": {\n    \"message\": \"the runner has stopped\",\n    \"type\": \"server_error\"\n  }\n}";
    private static final String EVERY_WIDTH = "Grüße, 世界 🌍\r\n\"two\" \\ lines\u2028";
    private static final int MIB = 1 << 20;

    private StreamRows() {}

    static List<Row> rows() {
        return Stream.of(
                        broken(),
                        stalled(),
                        malformed(),
                        unterminatedOnes(),
                        prefixRefused(),
                        early(),
                        errors(),
                        wrong(),
                        crumbs(),
                        longLines(),
                        endless())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Row> broken() {
        List<Row> rows = new ArrayList<>();
        for (Cut how : List.of(Cut.CLOSE, Cut.RESET, Cut.HALF)) {
            rows.add(new Row(
                    "S08a",
                    "cut after 40 of 60 tokens (" + how + "), resume on: one text, each token once",
                    PAIR,
                    s -> {
                        s.a.plays(s.cutOnceSeen(40, how), answer());
                        s.ask().whole().by("a", 2).resumed(true);
                        s.called(2, 0);
                        asksToContinue(s.a.asked().get(1), 40);
                    }));
        }
        rows.add(new Row("S08a", "cut twice, resume on: one text, each token once", PAIR, s -> {
            s.a.plays(s.cutOnceSeen(20, Cut.RESET), cut(40, Cut.CLOSE), answer());
            s.ask().whole().by("a", 3).resumed(true);
            s.called(3, 0);
            asksToContinue(s.a.asked().get(2), 40);
        }));
        rows.add(new Row("S08a", "cut, resume by prefix set for an OpenAI-type server: one text", OPENAI_RESUME, s -> {
            s.a.plays(s.cutOnceSeen(40, Cut.RESET), answer());
            s.ask().whole().by("a", 2).resumed(true);
            s.called(2, 0);
        }));
        rows.add(interrupted(
                "S08b", "cut after 40 tokens, resume off as by default", OPENAI_PAIR, cut(40, Cut.CLOSE), 40));
        rows.add(new Row(
                "S08b",
                "reset after 40 tokens, resume off: the tokens that came, stream_interrupted, one call",
                OPENAI_PAIR,
                s -> {
                    s.a.plays(s.cutOnceSeen(40, Cut.RESET));
                    s.ask().interruptedAfter(40);
                    s.called(1, 0);
                }));
        rows.add(interrupted("S08b", "cut after 40 tokens, resume set off", RESUME_OFF, cut(40, Cut.CLOSE), 40));
        rows.add(new Row(
                "S08c", "cut, and the server starts afresh: 40 tokens, interrupted, no text twice", PAIR, s -> {
                    s.a.plays(cut(40, Cut.CLOSE), afresh());
                    s.ask().interruptedAfter(40);
                    s.called(2, 0);
                }));
        return rows;
    }

    private static void asksToContinue(Asked again, int tokens) {
        assertThat(again.beginning()).as("the beginning that was sent").isEqualTo(tokens(tokens));
        JsonNode messages = again.json().path("messages");
        assertThat(messages.path(messages.size() - 2).path("content").asText()).isEqualTo("hello");
    }

    /** One call, the tokens that came, and the word that they are not all. */
    private static Row interrupted(String id, String what, Platform platform, Act act, int tokens) {
        return new Row(id, what + ": the tokens that came, stream_interrupted, one call", platform, s -> {
            s.a.plays(act);
            s.ask().interruptedAfter(tokens);
            s.called(1, 0);
        });
    }

    private static Row resumed(String id, String what, Platform platform, Act act) {
        return new Row(id, what + ", resume on: one text, each token once", platform, s -> {
            s.a.plays(act, answer());
            s.ask().whole().by("a", 2).resumed(true);
            s.called(2, 0);
        });
    }

    private static List<Row> stalled() {
        return List.of(
                resumed("S09", "stalls after 20 tokens: idle timeout", HASTY, stall(20)),
                interrupted("S09", "stalls after 20 tokens: idle timeout, resume off", OPENAI_HASTY, stall(20), 20));
    }

    private static List<Row> malformed() {
        return List.of(
                interrupted(
                        "S10", "malformed 10th chunk, resume off", OPENAI_PAIR, interjecting(9, "data: {nonsense"), 9),
                new Row("S10", "malformed 10th chunk, resume on: an error or resumed; nothing twice", PAIR, s -> {
                    s.a.plays(interjecting(9, "{nonsense"), answer());
                    Seen seen = s.ask();
                    if (seen.status().equals("complete")) {
                        seen.whole().resumed(true);
                        s.called(2, 0);
                    } else {
                        seen.interruptedAfter(9);
                        s.called(1, 0);
                    }
                }));
    }

    private static List<Row> unterminatedOnes() {
        return Stream.of(Cut.END, Cut.CLOSE, Cut.HALF)
                .map(how -> new Row("S11", "finish reason, but no [DONE] (" + how + "): success", OPENAI_PAIR, s -> {
                    s.a.plays(unterminated(how));
                    s.ask().whole().by("a", 1).resumed(false);
                    s.called(1, 0);
                }))
                .toList();
    }

    private static List<Row> prefixRefused() {
        return List.of(
                new Row("S14", "cut, and the fallback refuses a prefix: interrupted, partial text kept", PAIR, s -> {
                    s.a.plays(cut(40, Cut.CLOSE), status(503));
                    s.b.plays(error(400, NO_PREFILL));
                    s.ask().interruptedAfter(40);
                    assertThat(s.b.asked()).hasSize(1);
                    asksToContinue(s.b.asked().get(0), 40);
                }),
                new Row("S14", "cut, and the same server refuses a prefix: interrupted, partial text kept", PAIR, s -> {
                    s.a.plays(cut(40, Cut.CLOSE), error(400, NO_PREFILL));
                    s.ask().interruptedAfter(40);
                    assertThat(s.a.asked()).hasSize(2);
                }));
    }

    private static List<Row> early() {
        return List.of(
                resumed("S17", "EOF without done:true", PAIR, cut(40, Cut.END)),
                interrupted("S17", "EOF without a finish reason, resume off", OPENAI_PAIR, cut(40, Cut.END), 40));
    }

    private static List<Row> errors() {
        return List.of(
                errorAsAnswer("an object", OPENAI_ALONE, body("text/event-stream", "data: " + OBJECT + "\n\n")),
                errorAsAnswer("a string", OPENAI_ALONE, body("text/event-stream", "data: " + STRING + "\n\n")),
                errorAsAnswer("raw multi-line JSON", OPENAI_ALONE, body("application/json", DOCUMENT)),
                errorAsAnswer("raw multi-line JSON in a stream", OPENAI_ALONE, body("text/event-stream", DOCUMENT)),
                errorAsAnswer("a string, in Ollama's protocol", ALONE, body("application/x-ndjson", STRING + "\n")),
                errorAsAnswer("an object, in Ollama's protocol", ALONE, body("application/x-ndjson", OBJECT + "\n")),
                errorAsAnswer("multi-line JSON, in Ollama's protocol", ALONE, body("application/json", DOCUMENT)),
                errorInside("an object", interjecting(5, "data: " + OBJECT)),
                errorInside("a string", interjecting(5, "data: " + STRING)),
                errorInside("an event of that name", interjecting(5, "event: error\ndata: " + OBJECT)));
    }

    private static Row errorAsAnswer(String what, Platform platform, Act act) {
        return new Row("S18", "an error inside a 200 as " + what + ": a typed error after 2 retries", platform, s -> {
            s.a.plays(act);
            s.ask().failed("provider_unavailable", false).because("the runner has stopped");
            s.called(3, 0);
        });
    }

    private static Row errorInside(String what, Act act) {
        return new Row(
                "S18", "an error after 5 tokens as " + what + ": a typed error, the 5 tokens once", OPENAI_PAIR, s -> {
                    s.a.plays(act);
                    s.ask().interruptedAfter(5).because("the runner has stopped");
                    s.called(1, 0);
                });
    }

    private static List<Row> wrong() {
        return List.of(
                noAnswer("HTML", page(), "web page", 1),
                noAnswer("a wrong content type", body("text/plain", "Service is running\n"), "not the JSON", 1),
                noAnswer("an empty body", body("application/x-ndjson", ""), "ended", 3),
                new Row("S19", "200 with HTML, with a fallback: it answers at once", PAIR, s -> {
                    s.a.plays(page());
                    s.ask().whole().by("b", 2);
                    s.called(1, 1);
                }),
                unzipped(PAIR, "Ollama's"),
                unzipped(OPENAI_PAIR, "OpenAI's"));
    }

    private static Row noAnswer(String what, Act act, String words, int calls) {
        return new Row("S19", "200 with " + what + ": a typed error", ALONE, s -> {
            s.a.plays(act);
            s.ask()
                    .failed(calls == 1 ? "provider_protocol" : "provider_unavailable", false)
                    .because(words);
            s.called(calls, 0);
        });
    }

    private static Row unzipped(Platform platform, String whose) {
        return new Row("S19", "gzip, in " + whose + " protocol: decoded", platform, s -> {
            s.a.plays(gzip());
            s.ask().whole().by("a", 1);
            s.called(1, 0);
        });
    }

    private static List<Row> crumbs() {
        return List.of(
                crumbled("Ollama's protocol", PAIR, "\n"),
                crumbled("Ollama's protocol with CRLF", PAIR, "\r\n"),
                crumbled("OpenAI's protocol", OPENAI_PAIR, "\n"),
                crumbled("OpenAI's protocol with CRLF", OPENAI_PAIR, "\r\n"),
                crumbled("OpenAI's protocol with CR", OPENAI_PAIR, "\r"));
    }

    private static Row crumbled(String what, Platform platform, String newline) {
        return new Row("S20", "bytes one at a time, " + what + ": identical text", platform, s -> {
            s.a.plays(byteByByte(EVERY_WIDTH, newline));
            s.ask().saying(EVERY_WIDTH).by("a", 1);
            s.called(1, 0);
        });
    }

    private static List<Row> longLines() {
        List<Row> rows = new ArrayList<>();
        for (Platform platform : List.of(ALONE, OPENAI_ALONE)) {
            rows.add(new Row("S21", "a line of 8 MiB, type " + platform.type() + ": accepted", platform, s -> {
                s.a.plays(longLine(8 * MIB));
                assertThat(s.ask().by("a", 1).text()).hasSize(8 * MIB);
                s.called(1, 0);
            }));
            rows.add(new Row(
                    "S21",
                    "a line of 64 MiB, type " + platform.type() + ": refused, most of it unread",
                    platform,
                    s -> {
                        s.a.plays(longLine(64 * MIB), answer());
                        s.ask().failed("provider_protocol", false);
                        s.called(1, 0);
                        org.awaitility.Awaitility.await().until(() -> s.a.sent() > 0);
                        assertThat(s.a.sent()).as("bytes taken").isLessThan(32L * MIB);
                        s.note(s.a.sent() / MIB + " MiB taken");
                        s.ask().whole();
                    }));
        }
        return rows;
    }

    private static List<Row> endless() {
        return List.of(
                trickled("a token at a time for ever", BRIEF),
                trickled("a token at a time for ever, in OpenAI's protocol", OPENAI_BRIEF),
                new Row("S24", "a byte at a time of a line that never ends: total deadline", BRIEF, s -> {
                    s.a.plays(trickleOfBytes(ofMillis(50)));
                    s.ask()
                            .failed("provider_timeout", false)
                            .because("1s (total-timeout)")
                            .notBefore(ofMillis(900));
                    s.called(1, 0);
                }),
                new Row("S24", "failing again and again: the deadline spans the retries", BRIEF, s -> {
                    s.a.plays(status(503, "Retry-After: 0.7"));
                    s.ask()
                            .failed("provider_timeout", false)
                            .because("1s (total-timeout)")
                            .notBefore(ofMillis(900));
                    assertThat(s.a.asked()).hasSizeBetween(1, 2); // 0.7 s apart
                }));
    }

    private static Row trickled(String what, Platform platform) {
        return new Row("S24", what + ": total deadline", platform, s -> {
            s.a.plays(trickle(ofMillis(50)));
            s.ask()
                    .failed("stream_interrupted", true)
                    .because("1s (total-timeout)")
                    .notBefore(ofMillis(900));
            s.called(1, 0);
        });
    }
}
