package io.caravan.dialect.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.caravan.chat.ChatEvent.Text;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.ChatEvent.ToolResult;
import io.caravan.chat.Usage;
import io.caravan.dialect.Answer;
import io.caravan.dialect.Capture;
import io.caravan.dialect.Finish;
import io.caravan.dialect.Told;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.settings.AgentSettings.Shape;
import io.caravan.stream.Pieces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers are those of the parser cases every dialect has to master. */
class AgentTest {

    private static final String NOON = "It is noon, und schön \u2028 ist es 🌞.";
    private static final String SSE = "text/event-stream";

    private static final String STARTED = data("{\"type\":\"RUN_STARTED\",\"threadId\":\"t\",\"runId\":\"r\"}");
    private static final String HELLO =
            data("{\"type\":\"TEXT_MESSAGE_CONTENT\",\"messageId\":\"m\",\"delta\":\"Hello\"}");
    private static final String FINISHED = data("{\"type\":\"RUN_FINISHED\",\"threadId\":\"t\",\"runId\":\"r\"}");

    private static final String START = data("{\"type\":\"start\",\"messageId\":\"m\"}");
    private static final String HI = data("{\"type\":\"text-delta\",\"id\":\"t\",\"delta\":\"Hi\"}");
    private static final String FINISH = data("{\"type\":\"finish\",\"finishReason\":\"stop\"}");
    private static final String DONE = data("[DONE]");

    // recorded answers

    @ParameterizedTest
    @ValueSource(strings = {"agent-vercel", "agent-ag-ui"})
    void readsARecordedAnswer(String name) {
        Told told = told(Capture.of(name));

        assertThat(told.thinking()).isEqualTo("The time is wanted.");
        assertThat(told.calls())
                .extracting(
                        ToolCall::callId,
                        ToolCall::name,
                        call -> call.arguments().toString())
                .containsExactly(tuple("call_1", "now", "{\"tz\":\"UTC\"}"));
        assertThat(told.chunks()).contains(new ToolResult("call_1", "now", "12:00", false));
        assertThat(told.text()).isEqualTo(NOON);
        assertThat(told.reason()).isEqualTo("stop");
    }

    @Test
    void addsUpTheUsageOfTheModelsOfARun() {
        assertThat(told(Capture.of("agent-ag-ui")).finish().map(Finish::usage)).contains(new Usage(13, 8));
        assertThat(told(Capture.of("agent-vercel")).finish().map(Finish::usage)).contains(new Usage(22, 14));
    }

    @ParameterizedTest
    @EnumSource(
            value = Shape.class,
            names = {"AG_UI", "VERCEL", "AUTO", "JSON", "TEXT"})
    void readsADocumentWhateverShapeWasExpected(Shape shape) { // case 18
        Capture run = Capture.of("agent-run");

        Told told = Told.by(new Agent(Agents.of(shape)).decode(Pieces.whole(run.body()), run.contentType()));

        assertThat(told.text()).isEqualTo(NOON);
        assertThat(told.finish()).contains(new Finish("stop", new Usage(11, 7)));
    }

    @Test
    void readsTheEventsThatHoldText() {
        Told told = told(Capture.of("agent-json-events"), "shape=json", "text-event=token", "end=done");

        assertThat(told.text()).isEqualTo("It is noon, schön 🌞.");
        assertThat(told.chunks()).hasSize(4);
    }

    @Test
    void tellsOfSnapshotsWhatIsNew() {
        Told told = told(
                Capture.of("agent-json-lines"),
                "shape=json",
                "text=snapshot",
                "text-event=model",
                "text-pointer=/content");

        assertThat(told.chunks()).containsExactly(new Text("It"), new Text(" is"), new Text(" noon 🌞."));
    }

    @Test
    void readsEventsThatAreTheText() { // case 6
        assertThat(told(Capture.of("agent-text-events")).text()).isEqualTo("It is\nnoon 🌞.");
    }

    // AG-UI

    @Test
    void failsWhereAnAgUiRunDoes() { // case 13
        String error = data("{\"type\":\"RUN_ERROR\",\"message\":\"no more fuel\",\"code\":\"rate_limit_exceeded\"}");

        assertThat(told(STARTED + error).failed())
                .hasMessageContaining("no more fuel")
                .extracting(CaravanException::code)
                .isEqualTo(ErrorCode.RATE_LIMITED);
        assertInterrupted(told(STARTED + HELLO + error), "no more fuel");
    }

    @Test
    void failsWhereAnAgUiStreamEndsWithoutItsLastEvent() { // case 9
        assertInterrupted(told(STARTED + HELLO), "ended at line 4, before its end");
        assertInterrupted(told(STARTED + HELLO + FINISHED.strip()), "inside an event"); // case 8
    }

    @Test
    void takesABareFinishForACancelledRun() {
        String open = data("{\"type\":\"TEXT_MESSAGE_START\",\"messageId\":\"m\",\"role\":\"assistant\"}");
        String call = data("{\"type\":\"TOOL_CALL_START\",\"toolCallId\":\"c\",\"toolCallName\":\"now\"}");

        assertThat(told(STARTED + FINISHED).failed().code()).isEqualTo(ErrorCode.STREAM_INTERRUPTED);
        assertInterrupted(told(STARTED + open + HELLO + FINISHED), "cancelled");
        assertInterrupted(told(STARTED + HELLO + call + FINISHED), "cancelled");
        assertInterrupted(
                told(STARTED + HELLO + FINISHED.replace("\"}", "\",\"outcome\":{\"type\":\"cancelled\"}}")),
                "cancelled");
    }

    @Test
    void refusesARunThatWaitsForADecision() {
        String waits = FINISHED.replace("\"}", "\",\"outcome\":{\"type\":\"interrupt\",\"interrupts\":[]}}");

        assertThat(told(STARTED + waits).failed().code()).isEqualTo(ErrorCode.PROVIDER_REJECTED);
    }

    @Test
    void tellsTheResultOfARunThatSaidNothingElse() {
        Told told = told(STARTED + FINISHED.replace("\"}", "\",\"result\":{\"city\":\"Rome\"}}"));

        assertThat(told.text()).isEqualTo("{\"city\":\"Rome\"}");
    }

    @Test
    void putsFragmentsOfCallsTogether() { // case 24
        String fragments =
                data("{\"type\":\"TOOL_CALL_CHUNK\",\"toolCallId\":\"a\",\"toolCallName\":\"now\",\"delta\":\"{\"}")
                        + data("{\"type\":\"TOOL_CALL_CHUNK\",\"delta\":\"}\"}")
                        + data("{\"type\":\"TOOL_CALL_CHUNK\",\"toolCallId\":\"b\",\"toolCallName\":\"then\"}");

        assertThat(told(STARTED + fragments + HELLO + FINISHED).calls())
                .extracting(
                        ToolCall::callId,
                        ToolCall::name,
                        call -> call.arguments().toString())
                .containsExactly(tuple("a", "now", "{}"), tuple("b", "then", "{}"));
    }

    // Vercel

    @ParameterizedTest
    @CsvSource({
        "stop, stop",
        "length, length",
        "content-filter, content_filter",
        "tool-calls, tool_calls",
        "other, stop"
    })
    void sharesTheReasonsOfVercel(String said, String shared) {
        assertThat(told(START + HI + FINISH.replace("stop", said)).reason()).isEqualTo(shared);
    }

    @Test
    void endsWithFinishOrDone() { // cases 10, 11, 12
        assertThat(told(START + HI + FINISH).reason()).isEqualTo("stop");
        assertThat(told(START + HI + DONE).reason()).isEqualTo("stop");
        assertThat(told(START + HI + FINISH + DONE + "rubbish").text()).isEqualTo("Hi");
        assertThat(told(START + DONE).failed().code()).isEqualTo(ErrorCode.STREAM_INTERRUPTED);
    }

    @Test
    void failsWhereAVercelStreamDoes() {
        String error = data("{\"type\":\"error\",\"errorText\":\"no more fuel\"}");

        assertThat(told(START + error).failed())
                .hasMessageContaining("no more fuel")
                .extracting(CaravanException::code)
                .isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        assertInterrupted(told(START + HI + error), "no more fuel");
        assertInterrupted(
                told(START + HI + data("{\"type\":\"abort\",\"reason\":\"enough\"}")),
                "cancelled before its end: enough");
        assertInterrupted(told(START + HI + FINISH.replace("stop", "error")), "gave up");
        assertInterrupted(told(START + HI), "before its end");
    }

    @Test
    void tellsWhatBecameOfATool() {
        String call =
                data("{\"type\":\"tool-input-available\",\"toolCallId\":\"c\",\"toolName\":\"now\",\"input\":{}}");
        String preliminary =
                data("{\"type\":\"tool-output-available\",\"toolCallId\":\"c\",\"output\":1,\"preliminary\":true}");
        String failed = data("{\"type\":\"tool-output-error\",\"toolCallId\":\"c\",\"errorText\":\"broken\"}");
        String output = data("{\"type\":\"tool-output-available\",\"toolCallId\":\"c\",\"output\":{\"h\":12}}");

        assertThat(told(START + call + preliminary + failed + output + FINISH).chunks())
                .filteredOn(ToolResult.class::isInstance)
                .containsExactly(
                        new ToolResult("c", "now", "broken", true), new ToolResult("c", "now", "{\"h\":12}", false));
    }

    // JSON and text

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"output\":\"Hi\"}",
                "{\"response\":\"Hi\",\"error\":null}",
                "{\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"}}",
                "{\n  \"text\": \"Hi\"\n}\n",
                "\uFEFF\n {\"data\":\"Hi\"}",
                "\"Hi\""
            })
    void findsTheTextOfADocumentInTheUsualPlaces(String document) { // case 2
        assertThat(told(document, "application/json").text()).isEqualTo("Hi");
    }

    @Test
    void looksWhereItIsToldTo() {
        String document = "{\"output\":\"no\",\"a/b\":[{\"c\":\"Hi\"}]}";

        assertThat(told(document, "application/json", "text-pointer=/a~1b/0/c").text())
                .isEqualTo("Hi");
        assertThat(told(document, "application/json", "text-pointer=/a~1b").text())
                .isEqualTo("[{\"c\":\"Hi\"}]");
        assertThat(told(document, "application/json", "text-pointer=/nowhere").failed())
                .hasMessageContaining("text-pointer")
                .extracting(CaravanException::code)
                .isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @Test
    void writesAnAnswerThatIsAnObjectAsJson() {
        assertThat(told("{\"output\":{\"city\":\"Rome\"}}", "application/json").text())
                .isEqualTo("{\"city\":\"Rome\"}");
    }

    @Test
    void takesTheEndOfAJsonOrTextStreamForItsEndUnlessAnotherIsSet() {
        String piece = data("{\"delta\":\"Hi\"}");

        assertThat(told(piece).text()).isEqualTo("Hi");
        assertThat(told("data: Hi\n\n").text()).isEqualTo("Hi");
        assertInterrupted(told(piece, SSE, "end=done"), "before its end");
        assertThat(told(piece + "event: done\ndata: {}\n\n", SSE, "end=done").reason())
                .isEqualTo("stop");
        assertThat(told(piece + data("{\"type\":\"done\",\"delta\":\"Hi\"}"), SSE, "end=done")
                        .text())
                .isEqualTo("Hi");
        assertThat(told(piece + data("bye"), SSE, "end=bye").text()).isEqualTo("Hi");
        assertThat(told(STARTED + HELLO, SSE, "end=eof").text()).isEqualTo("Hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", ": ping\n\n", "data: \n\n"})
    void doesNotTakeNothingForAnAnswer(String body) {
        assertThat(told(body).failed().code()).isEqualTo(ErrorCode.STREAM_INTERRUPTED);
        assertThat(told(body, "application/json").failed().code()).isEqualTo(ErrorCode.STREAM_INTERRUPTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"shape=auto", "shape=json", "shape=text", "end=eof"})
    void doesNotTakeTheMiddleOfAnEventForTheEnd(String setting) {
        String whole = "data: {\"delta\":\"one \"}\n\n";

        assertInterrupted(told(whole + "data: {\"delta\":\"tw", SSE, setting), "inside an event");
        assertInterrupted(told(whole + "data: {\"delta\":\"two\"}\n", SSE, setting), "inside an event");
    }

    @Test
    void takesTextAsItIs() {
        assertThat(told(NOON, "text/plain; charset=utf-8").text()).isEqualTo(NOON);
        assertThat(told("data: x", "", "shape=text").text()).isEqualTo("data: x");
        assertThat(told("", "text/plain").failed().code()).isEqualTo(ErrorCode.STREAM_INTERRUPTED);
    }

    @Test
    void keepsCharactersWholeWhereverTextIsCut() { // case 1
        byte[] bytes = NOON.getBytes(UTF_8);

        for (int cut = 1; cut < bytes.length; cut++) {
            Told told = Told.by(new Agent(Agents.of()).decode(Pieces.cutAt(cut, bytes), "text/plain"));

            assertThat(told.text()).as("cut at %s", cut).isEqualTo(NOON);
        }
    }

    @Test
    void refusesASnapshotThatTakesWordsBack() {
        String changed = data("{\"text\":\"It is\"}") + data("{\"text\":\"It\"}") + data("{\"text\":\"It was\"}");

        assertInterrupted(told(changed, SSE, "text=snapshot"), "takes back");
    }

    // all of them

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":\"no more fuel\"}",
                "{\"error\":{\"message\":\"no more fuel\",\"code\":7}}",
                "{\n  \"error\": {\n    \"message\": \"no more fuel\"\n  }\n}",
                "data: {\"error\":\"no more fuel\"}\n\n",
                "event: error\ndata: {\"message\":\"no more fuel\"}\n\n",
                "event: error\ndata: no more fuel\n\n",
                "error: {\"message\":\"no more fuel\"}\n\n"
            })
    void findsAnErrorInWhateverShape(String body) { // cases 13, 14, 15, 17
        for (String shape : new String[] {"auto", "ag-ui", "vercel", "json"}) {
            assertThat(told(body, SSE, "shape=" + shape).failed())
                    .as(shape)
                    .hasMessageContaining("no more fuel")
                    .extracting(CaravanException::code)
                    .isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        }
    }

    @Test
    void findsAnErrorThatIsTextAfterText() {
        assertInterrupted(told("data: Hi\n\nevent: error\ndata: no more fuel\n\n"), "no more fuel");
    }

    @Test
    void passesOverWhatIsNothingToIt() { // cases 4, 5, 6, 26, 27
        String stream = "\uFEFF: ping\r\n\r\nid: 7\r\n\r\ndata:\r\n\r\n" + STARTED.replace("data: ", "data:")
                + data("{\"type\":\"SOMETHING_NEW\",\"delta\":\"no\"}") + data("7") + data("[]")
                + "event: odd\ndata: odd\n\n"
                + HELLO.replace(",\"delta\"", ",\ndata: \"delta\"").replace("\n", "\r") + FINISHED;

        assertThat(told(stream.replace("data: 7\n\n", "event: count\ndata: 7\n\n"))
                        .text())
                .isEqualTo("Hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ag-ui", "vercel"})
    void refusesWhatIsNoEventOfItsShape(String shape) {
        assertThat(told("data: rubbish\n\n", SSE, "shape=" + shape).failed().code())
                .isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @Test
    void refusesAWebPage() { // case 18
        assertThat(told("<html>", "text/html").failed().code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
        assertThat(told("<html>", "application/json").failed()).hasMessageContaining("web page");
    }

    @Test
    void doesNotTakeBrokenJsonForText() {
        for (String broken : new String[] {"{\"output\":\"Hi", "{\"output\":\"Hi\"}\n{\"out"}) {
            assertThat(told(broken, "application/json").failure()).as(broken).isPresent();
        }
    }

    @Test
    void limitsTheLengthOfAnEvent() { // case 29
        Agent agent = new Agent(Agents.of(), 1000);
        byte[] long1 = data("{\"text\":\"" + "a".repeat(2000) + "\"}").getBytes(UTF_8);

        assertThat(Told.by(agent.decode(Pieces.whole(long1), SSE)).failed()).hasMessageContaining("longer than 1000");
    }

    @Test
    void readsOddJson() { // cases 20, 33
        String odd = data("{\"type\":\"TEXT_MESSAGE_CONTENT\",\"delta\":null,\"n\":NaN,\"big\":1e999}")
                + data(
                        "{\"type\":\"TEXT_MESSAGE_CONTENT\",\"delta\":\"\\ud83d\",\"n\":123456789012345678901234567890}");

        assertThat(told(STARTED + odd + HELLO + FINISHED).text()).isEqualTo("\ud83dHello");
    }

    @Test
    void tellsThoughtsWithinTheTextApart() { // case 32
        Told told = told(data("{\"delta\":\"<think>hm</think>Hi\"}"));

        assertThat(told.thinking()).isEqualTo("hm");
        assertThat(told.text()).isEqualTo("Hi");
    }

    @Test
    void readsNoFurtherThanTheEventItHandsOut() throws IOException {
        InputStream after = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("read on");
            }

            @Override
            public int read(byte[] into, int from, int length) {
                throw new AssertionError("read on");
            }
        };
        try (Answer answer = new Agent(Agents.of())
                .decode(
                        new SequenceInputStream(new ByteArrayInputStream((STARTED + HELLO).getBytes(UTF_8)), after),
                        SSE)) {
            assertThat(answer.next()).isNull();
            assertThat(answer.next()).isEqualTo(new Text("Hello"));
        }
    }

    // what a status means

    @ParameterizedTest
    @CsvSource({
        "404, PROVIDER_REJECTED, path",
        "405, PROVIDER_REJECTED, path",
        "415, PROVIDER_REJECTED, request",
        "421, PROVIDER_REJECTED, host name",
        "401, PROVIDER_REJECTED, api-key",
        "422, INVALID_REQUEST, refused the request",
        "429, RATE_LIMITED, rate",
        "500, PROVIDER_UNAVAILABLE, failed"
    })
    void judgesByStatus(int status, ErrorCode code, String words) {
        CaravanException failure = new Agent(Agents.of()).failure(status, Map.of(), "its words".getBytes(UTF_8));

        assertThat(failure).hasMessageContaining(words).hasMessageContaining("its words");
        assertThat(failure.code()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"threadId\"],\"msg\":\"Field required\",\"input\":{\"prompt\":\"hush\"}},"
                        + "{\"loc\":[\"body\",\"messages\",0],\"msg\":\"Too long\"}]}",
                "[{\"type\":\"missing\",\"loc\":[\"body\",\"threadId\"],\"msg\":\"Field required\",\"input\":{\"prompt\":\"hush\"}},"
                        + "{\"loc\":[\"body\",\"messages\",0],\"msg\":\"Too long\"}]"
            })
    void tellsWhatIsWrongWithABodyAndDoesNotRepeatIt(String body) {
        CaravanException failure = new Agent(Agents.of()).failure(422, Map.of(), body.getBytes(UTF_8));

        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(failure)
                .hasMessageEndingWith("body.threadId: Field required; body.messages.0: Too long")
                .hasMessageNotContaining("hush");
    }

    // the way to ask

    private static void assertInterrupted(Told told, String words) {
        assertThat(told.failed()).hasMessageContaining(words);
        assertThat(told.failed().code()).isEqualTo(ErrorCode.STREAM_INTERRUPTED);
        assertThat(told.failed().partial()).isTrue();
    }

    private static Told told(Capture capture, String... settings) {
        return Told.by(new Agent(Agents.with(settings)).decode(Pieces.whole(capture.body()), capture.contentType()));
    }

    private static Told told(String body) {
        return told(body, SSE);
    }

    private static Told told(String body, String contentType, String... settings) {
        return Told.by(new Agent(Agents.with(settings)).decode(Pieces.whole(body.getBytes(UTF_8)), contentType));
    }

    private static String data(String data) {
        return "data: " + data + "\n\n";
    }
}
