package io.caravan.dialect.ollama;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.chat.ChatEvent.Text;
import io.caravan.chat.ChatEvent.Thinking;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.Usage;
import io.caravan.dialect.Answer;
import io.caravan.dialect.Capture;
import io.caravan.dialect.Finish;
import io.caravan.dialect.Told;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import io.caravan.stream.Pieces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers are those of the parser cases every dialect has to master. */
class OllamaTest {

    private static final String HELLO = text("Hello");
    private static final String DONE = "{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\"}\n";

    private final Ollama ollama = new Ollama();

    @Test
    void readsARecordedAnswer() {
        Told told = told(Capture.of("ollama-chat-stream"));

        assertThat(told.chunks())
                .containsExactly(
                        new Text(" The"), new Text(" quick"), new Text(" brown"), new Text(" dog"), new Text(" looks"));
        assertThat(told.finish()).contains(new Finish("length", new Usage(55, 5)));
    }

    @Test
    void readsARecordedToolCall() {
        Told told = told(Capture.of("ollama-tools-stream"));

        assertThat(told.calls()).hasSize(1);
        ToolCall call = told.calls().get(0);
        assertThat(call.callId()).isEqualTo("call_3p5imfev");
        assertThat(call.name()).isEqualTo("get_weather");
        assertThat(call.arguments()).hasToString("{\"city\":1}");
        assertThat(told.finish()).contains(new Finish("tool_calls", new Usage(81, 15)));
    }

    @Test
    void readsTheModelsOfARecordedList() throws IOException {
        byte[] tags = Capture.of("ollama-tags").body();

        assertThat(ollama.models(new ByteArrayInputStream(tags)))
                .containsExactly("slow:latest", "toolm:latest", "chain:latest");
    }

    @ParameterizedTest(name = "case 2, 18: {0}")
    @ValueSource(
            strings = {"ollama-load", "ollama-chat-nostream", "ollama-chat-format-json", "ollama-generate-nostream"})
    void readsASingleDocumentWithoutLineEnd(String capture) {
        assertThat(told(Capture.of(capture)).failure()).isEmpty();
    }

    @Test // case 18
    void readsADocumentWrittenOverSeveralLines() {
        Told told = told("{\r\n  \"message\": {\n    \"content\": \"Hi\"\n  },\n  \"done\": true\n}\n");

        assertThat(told.chunks()).containsExactly(new Text("Hi"));
        assertThat(told.reason()).isEqualTo("stop");
    }

    @Test // case 3
    void skipsBlankLinesAndTakesCarriageReturns() {
        Told told = told("\r\n\n" + HELLO.replace("\n", "\r\n\r\n") + "  \n" + DONE);

        assertThat(told.text()).isEqualTo("Hello");
        assertThat(told.reason()).isEqualTo("stop");
    }

    @Test // case 9
    void refusesAnAnswerThatEndsEarly() {
        Told told = told(HELLO + HELLO);

        assertThat(told.text()).isEqualTo("HelloHello");
        told.assertInterrupted(true);
    }

    @Test // case 9
    void refusesAnAnswerThatEndsInsideALine() {
        told(HELLO + "{\"message\":{\"content\":\"wor").assertInterrupted(true);
    }

    @Test // case 9
    void refusesAnEmptyBody() {
        told("").assertInterrupted(false);
    }

    @Test // case 12
    void ignoresWhatComesAfterTheEnd() {
        Told told = told(HELLO + DONE + text("more") + "rubbish");

        assertThat(told.text()).isEqualTo("Hello");
        assertThat(told.reason()).isEqualTo("stop");
    }

    @ParameterizedTest(name = "case 13, 17: {0}")
    @ValueSource(
            strings = {
                "{\"error\":\"it broke\"}",
                "{\"error\":{\"message\":\"it broke\",\"code\":null}}",
                "{\"error\":{\"message\":\"it broke\",\"code\":500}}",
                "{\"error\":{\"message\":\"it broke\",\"code\":\"x\"}}",
                "{\n  \"error\": {\n    \"message\": \"it broke\"\n  }\n}"
            })
    void failsWithTheServersWordsAtAnErrorInTheAnswer(String error) {
        CaravanException atOnce = told(error).failed();
        Told later = told(HELLO + error + "\n");

        assertThat(atOnce).isInstanceOf(UnavailableException.class).hasMessageContaining("it broke");
        assertThat(later.text()).isEqualTo("Hello");
        later.assertInterrupted(true);
        assertThat(later.failed()).hasMessageContaining("it broke");
    }

    @Test // case 18
    void refusesAWebPage() {
        for (String contentType : List.of("text/html; charset=utf-8", "")) {
            CaravanException failed =
                    told("<!doctype html>\n<html>", contentType).failed();

            assertThat(failed.code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
            assertThat(failed).hasMessageContaining("web page");
        }
    }

    @Test
    void refusesAStreamOfAnotherDialectAndSaysWhatToCheck() {
        assertThat(told("data: {\"choices\":[]}\n\n").failed())
                .hasMessageContaining("type setting")
                .extracting(CaravanException::code)
                .isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @Test
    void refusesWhatIsNotJsonNamingTheLineAndNotItsContent() {
        CaravanException first = told("{\"message\":{\"content\":\"secret\n").failed();
        Told third = told(HELLO + "\n" + "{\"message\":{\"content\":secret}}\n" + DONE);

        assertThat(first.code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
        assertThat(first).hasMessageContaining("Line 1").hasMessageNotContaining("secret");
        third.assertInterrupted(true);
        assertThat(third.failed()).hasMessageContaining("Line 3");
        assertThat(third.failed()).hasStackTraceContaining("Line 3");
        assertThat(stackTrace(third.failed())).doesNotContain("secret");
    }

    @ParameterizedTest(name = "refuses {0}")
    @ValueSource(strings = {"[]", "null", "7", "\"text\"", "{} {}", "{\"done\":true}x", "{\"done\":true", "\u0001"})
    void refusesALineThatIsNotOneObject(String line) {
        assertThat(told(line + "\n").failed().code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @ParameterizedTest(name = "case 20, 26: {0}")
    @ValueSource(
            strings = {
                "{}",
                "{\"message\":null}",
                "{\"message\":{}}",
                "{\"message\":{\"content\":null,\"thinking\":null,\"tool_calls\":null,\"role\":null}}",
                "{\"message\":{\"content\":\"\",\"new\":{\"a\":[1,{}]}},\"other\":[[]]}",
                "{\"message\":[\"x\"],\"error\":null}",
                "{\"message\":{\"content\":{\"a\":\"b\"}}}"
            })
    void handsOutNothingForALineWithoutContent(String line) {
        Answer answer = decode(line + "\n" + DONE);

        assertThat(answer.next()).isNull();
        assertThat(answer.hasNext()).isTrue();
        assertThat(answer.next()).isNull();
        assertThat(answer.hasNext()).isFalse();
        assertThat(answer.finish().reason()).isEqualTo("stop");
    }

    @Test
    void handsOutThinkingBeforeTextBeforeCallsOfOneLine() {
        Told told = told("{\"message\":{\"tool_calls\":[{\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":{}}}],"
                + "\"content\":\"b\",\"thinking\":\"a\"}}\n" + DONE);

        assertThat(told.chunks()).hasSize(3);
        assertThat(told.chunks().get(0)).isEqualTo(new Thinking("a"));
        assertThat(told.chunks().get(1)).isEqualTo(new Text("b"));
        assertThat(told.chunks().get(2)).isInstanceOf(ToolCall.class);
    }

    @ParameterizedTest(name = "case 22: {0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1} | {\"a\":1}",
                "\"{\\\"a\\\":1}\" | {\"a\":1}",
                "\"\" | {}",
                "null | {}",
                "\"{\\\"a\\\":\" | \"{\\\"a\\\":\"",
                "[1] | \"[1]\"",
            })
    void takesArgumentsInAnyShape(String sent, String handedOut) {
        Told told = told(
                "{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":" + sent + "}}]}}\n" + DONE);

        assertThat(told.calls().get(0).arguments()).hasToString(handedOut);
    }

    @Test // cases 21, 23
    void takesCallsFromEveryLineAndGivesIdsToThoseWithout() {
        String call = "{\"message\":{\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":{}}}]}";
        Told told = told(call + "}\n" + call + ",\"done\":true,\"done_reason\":\"stop\"}\n");

        assertThat(told.calls()).hasSize(2);
        assertThat(told.calls())
                .extracting(ToolCall::callId)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("call_[a-z0-9]{8}"));
        assertThat(told.reason()).isEqualTo("tool_calls");
    }

    @Test
    void refusesACallWithoutAName() {
        assertThat(told("{\"message\":{\"tool_calls\":[{\"function\":{\"arguments\":{}}}]}}\n" + DONE)
                        .failed()
                        .code())
                .isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @Test // case 29
    void readsALineOfEightMebibytes() {
        String longText = "é".repeat(4 * 1024 * 1024);

        Told told = told(text(longText) + DONE);

        assertThat(told.text()).isEqualTo(longText);
    }

    @Test // case 29
    void refusesALineOverTheLimit() {
        Answer answer = new Ollama(1000).decode(Pieces.of(100, bytes(text("x".repeat(1000)))), "");

        assertThat(Told.by(answer).failed().code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @ParameterizedTest(name = "case 32: {0}")
    @ValueSource(strings = {"<think>a b</think>c", " \n<think>\na b</think>\n\nc", "<thi|nk>a |b</th|ink>|c"})
    void movesThinkingWrittenIntoTheTextToItsOwnChannel(String pieces) {
        StringBuilder body = new StringBuilder();
        for (String piece : pieces.replace("|", "\u0000").split("\u0000", -1)) {
            body.append(text(piece));
        }

        Told told = told(body + DONE);

        assertThat(told.thinking()).isEqualTo("a b");
        assertThat(told.text().strip()).isEqualTo("c");
    }

    @Test // case 33
    void readsNumbersAndStringsThatAreNoStrictJson() {
        Told told = told("{\"message\":{\"content\":\"a\\ud83db\u2028c\tdé\"},\"x\":NaN,\"y\":-Infinity,"
                + "\"z\":123456789012345678901234567890}\n"
                + "{\"done\":true,\"eval_count\":99999999999999999999999,\"prompt_eval_count\":NaN}\n");

        assertThat(told.text()).isEqualTo("a\ud83db\u2028c\tdé");
        assertThat(told.finish()).contains(new Finish("stop", new Usage(0, Long.MAX_VALUE)));
    }

    @Test // case 33
    void readsBrokenUtf8AsReplacementCharacters() {
        byte[] body = bytes(text("a?b") + DONE);
        body[new String(body, UTF_8).indexOf('?')] = (byte) 0xFF;

        assertThat(Told.by(ollama.decode(Pieces.whole(body), "")).text()).isEqualTo("a\uFFFDb");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"stop, stop", "length, length", "load, stop", "unload, stop", "whatever, stop"})
    void putsTheReasonIntoTheSharedWords(String said, String shared) {
        assertThat(told("{\"done\":true,\"done_reason\":\"" + said + "\"}").reason())
                .isEqualTo(shared);
        assertThat(told("{\"done\":true}").reason()).isEqualTo("stop");
    }

    private static String text(String content) {
        return "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"" + content.replace("\n", "\\n")
                + "\"},\"done\":false}\n";
    }

    private static String stackTrace(Throwable e) {
        java.io.StringWriter trace = new java.io.StringWriter();
        e.printStackTrace(new java.io.PrintWriter(trace));
        return trace.toString();
    }

    private Told told(Capture capture) {
        return Told.by(ollama.decode(Pieces.whole(capture.body()), capture.contentType()));
    }

    private Told told(String body) {
        return told(body, "application/x-ndjson");
    }

    private Told told(String body, String contentType) {
        return Told.by(ollama.decode(Pieces.whole(bytes(body)), contentType));
    }

    private Answer decode(String body) {
        return ollama.decode(Pieces.whole(bytes(body)), "application/x-ndjson");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
