package io.caravan.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/** What the servers of the catalogue do. The whole answer is of {@value #TOKENS} tokens, each a word of its own. */
final class Acts {

    static final int TOKENS = 60;
    static final String WHOLE = tokens(TOKENS);

    private static final String JSON = "Content-Type: application/json";

    private Acts() {}

    /** The first tokens of the answer, joined. */
    static String tokens(int count) {
        return IntStream.range(0, count).mapToObj(Acts::token).collect(Collectors.joining());
    }

    private static String token(int index) {
        return "t" + index + " ";
    }

    /** The whole answer; where the question ends with the beginning of it, the rest. */
    static Act answer() {
        return (asked, line) -> {
            begin(asked, line);
            say(asked, line, known(asked), TOKENS);
            finish(asked, line);
        };
    }

    /** The whole answer from its beginning, whatever the question ends with. */
    static Act afresh() {
        return (asked, line) -> {
            begin(asked, line);
            say(asked, line, 0, TOKENS);
            finish(asked, line);
        };
    }

    /** The whole answer; then the connection is closed, without a word, if it has answered so many. */
    static Act closingAfter(int requests) {
        return (asked, line) -> {
            answer().play(asked, line);
            if (asked.onConnection() + 1 == requests) {
                line.close();
            }
        };
    }

    /** The whole answer; then the connection is closed, without a word, once it has been idle for so long. */
    static Act closingWhenIdle(Duration time) {
        return (asked, line) -> {
            line.keepFor(time);
            answer().play(asked, line);
        };
    }

    /** An answer on a new connection only; on one that was used before this happens. */
    static Act stale(Cut how) {
        return (asked, line) -> (asked.onConnection() == 0 ? answer() : hangUp(how)).play(asked, line);
    }

    /** Tokens of 32 KiB, for ever and without a pause. */
    static Act flood() {
        return (asked, line) -> {
            begin(asked, line);
            String flood =
                    asked.speech().token("x".repeat(32 << 10)) + asked.speech().lineEnd();
            while (!line.isClosed()) {
                line.piece(flood);
            }
        };
    }

    /** The answer breaks off after so many tokens. */
    static Act cut(int after, Cutting how) {
        return (asked, line) -> {
            begin(asked, line);
            say(asked, line, known(asked), after);
            how.on(line);
        };
    }

    /** Nothing more after so many tokens, on a connection that stays open. */
    static Act stall(int after) {
        return (asked, line) -> {
            begin(asked, line);
            say(asked, line, known(asked), after);
            line.hold();
        };
    }

    /** A text of any kind after so many tokens; then the answer goes on. */
    static Act interjecting(int after, String text) {
        return (asked, line) -> {
            begin(asked, line);
            say(asked, line, known(asked), after);
            line.piece(text + asked.speech().lineEnd());
            say(asked, line, after, TOKENS);
            finish(asked, line);
        };
    }

    /** The whole answer, after a while. */
    static Act late(Duration pause) {
        return (asked, line) -> {
            begin(asked, line);
            line.pause(pause);
            say(asked, line, 0, TOKENS);
            finish(asked, line);
        };
    }

    /** All is said, but the terminator of the stream is missing. */
    static Act unterminated(Cut how) {
        return (asked, line) -> {
            begin(asked, line);
            say(asked, line, 0, TOKENS);
            line.piece(asked.speech().last());
            how.on(line);
        };
    }

    /** An error, in the words of whichever server. */
    static Act error(int status, String body, String... headers) {
        return (asked, line) -> {
            String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
            all[headers.length] = JSON;
            line.respond(status, body.getBytes(UTF_8), all);
        };
    }

    static Act status(int status) {
        return error(status, "{\"error\":\"ordered to fail with status " + status + "\"}");
    }

    static Act status(int status, String header) {
        return error(status, "{\"error\":\"ordered to fail with status " + status + "\"}", header);
    }

    /** The connection ends before a status line. */
    static Act hangUp(Cut how) {
        return (asked, line) -> how.on(line);
    }

    /** Nothing at all. */
    static Act silence() {
        return (asked, line) -> line.hold();
    }

    /** A status line and headers, and nothing more. */
    static Act onlyHeaders() {
        return (asked, line) -> {
            begin(asked, line);
            line.hold();
        };
    }

    /** Any body with status 200, of a content type. */
    static Act body(String contentType, String body) {
        return (asked, line) -> line.respond(200, body.getBytes(UTF_8), "Content-Type: " + contentType);
    }

    /** The page of a proxy. */
    static Act page() {
        return body("text/html; charset=utf-8", "<!doctype html><html><title>Welcome</title></html>");
    }

    /** The whole answer, compressed whether that was asked for or not. */
    static Act gzip() {
        return (asked, line) -> {
            StringBuilder said = new StringBuilder();
            IntStream.range(0, TOKENS)
                    .forEach(i -> said.append(asked.speech().token(token(i)))
                            .append(asked.speech().lineEnd()));
            said.append(asked.speech().last()).append(asked.speech().terminator());
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
                zip.write(said.toString().getBytes(UTF_8));
            }
            line.respond(
                    200,
                    zipped.toByteArray(),
                    "Content-Type: " + asked.speech().contentType(),
                    "Content-Encoding: gzip");
        };
    }

    /** One token with this text, each byte on its own, with these line ends. */
    static Act byteByByte(String text, String newline) {
        return (asked, line) -> {
            Speech speech = asked.speech();
            String said = speech.token(text) + speech.lineEnd() + speech.last() + speech.terminator();
            begin(asked, line);
            for (byte b : said.replace("\n", newline).getBytes(UTF_8)) {
                line.piece(new byte[] {b});
            }
            line.end();
        };
    }

    /** One token of so many characters. */
    static Act longLine(int characters) {
        return (asked, line) -> {
            String[] around = asked.speech().token("|").split("\\|", -1);
            begin(asked, line);
            line.piece(around[0]);
            byte[] block = "x".repeat(1 << 20).getBytes(UTF_8);
            for (int left = characters; left > 0; left -= block.length) {
                line.piece(block);
            }
            line.piece(around[1] + asked.speech().lineEnd());
            finish(asked, line);
        };
    }

    /** A token at a time, for ever. */
    static Act trickle(Duration interval) {
        return (asked, line) -> {
            begin(asked, line);
            while (true) {
                line.piece(asked.speech().token("on ") + asked.speech().lineEnd());
                line.pause(interval);
            }
        };
    }

    /** A byte at a time of a token that never ends, for ever. */
    static Act trickleOfBytes(Duration interval) {
        return (asked, line) -> {
            begin(asked, line);
            line.piece(asked.speech().token("|").split("\\|", -1)[0]);
            while (true) {
                line.piece("x");
                line.pause(interval);
            }
        };
    }

    private static void begin(Asked asked, Line line) throws IOException {
        line.stream(asked.speech().contentType());
    }

    private static void say(Asked asked, Line line, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            line.piece(asked.speech().token(token(i)) + asked.speech().lineEnd());
        }
    }

    private static void finish(Asked asked, Line line) throws IOException {
        line.piece(asked.speech().last() + asked.speech().terminator());
        line.end();
    }

    private static int known(Asked asked) {
        String beginning = asked.beginning();
        return (int) beginning.chars().filter(c -> c == ' ').count();
    }
}
