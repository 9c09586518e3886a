package io.caravan.dialect.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

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
import io.caravan.stream.Broken;
import io.caravan.stream.Pieces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers are those of the parser cases every dialect has to master. */
class AnthropicTest {

    private static final String START = event(
            "message_start",
            "\"message\":{\"content\":[],\"stop_reason\":null,"
                    + "\"usage\":{\"input_tokens\":5,\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":300,"
                    + "\"output_tokens\":1}}");
    private static final String HELLO = text("Hello");
    private static final String END_TURN = reason("end_turn");
    private static final String STOP = event("message_stop", "\"x\":null");

    private final Anthropic anthropic = new Anthropic();

    @Test
    void readsARecordedAnswerOfLlamaServer() {
        Told told = told(Capture.of("llama-anthropic-messages-stream"));

        assertThat(told.text()).isEqualTo(" Every winter the day");
        assertThat(told.chunks()).hasSize(4);
        assertThat(told.finish()).contains(new Finish("length", new Usage(28, 4)));
    }

    @Test // case 18
    void readsADocumentThoughAStreamWasAsked() {
        Told told = told(Capture.of("llama-anthropic-messages"));

        assertThat(told.text()).isEqualTo(" The quick brown dog");
        assertThat(told.finish()).contains(new Finish("length", new Usage(28, 4)));
    }

    @Test // case 18
    void readsThinkingAndCallsOfADocument() {
        Told told = told(
                "{\"type\":\"message\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"},"
                        + "{\"type\":\"text\",\"text\":\"a\"},"
                        + "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{\"a\":1}},"
                        + "{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"g\",\"input\":{}}],"
                        + "\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}",
                "application/json");

        assertThat(told.thinking()).isEqualTo("hm");
        assertThat(told.text()).isEqualTo("a");
        assertThat(told.calls())
                .extracting(ToolCall::callId, call -> call.arguments().toString())
                .containsExactly(tuple("t1", "{\"a\":1}"), tuple("t2", "{}"));
        assertThat(told.reason()).isEqualTo("tool_calls");
        assertThat(told.finish().orElseThrow().usage()).isEqualTo(new Usage(1, 2));
    }

    @Test
    void readsTheModelsOfAList() throws IOException {
        String list = "{\"data\":[{\"type\":\"model\",\"id\":\"claude-a\",\"display_name\":\"A\"},"
                + "{\"type\":\"model\",\"id\":\"claude-b\"}],\"has_more\":false}";

        assertThat(anthropic.models(new ByteArrayInputStream(bytes(list)))).containsExactly("claude-a", "claude-b");
        assertThat(anthropic.models(
                        new ByteArrayInputStream(Capture.of("llama-v1-models").body())))
                .containsExactly("tiny-random");
        assertThatThrownBy(() -> anthropic.models(new ByteArrayInputStream(bytes("{}"))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void showsTheKeyInAHeaderOfItsOwnBesideTheVersion() {
        assertThat(anthropic.headers(Optional.of("sk")))
                .isEqualTo(Map.of("x-api-key", "sk", "anthropic-version", "2023-06-01"));
        assertThat(anthropic.headers(Optional.empty())).isEqualTo(Map.of("anthropic-version", "2023-06-01"));
    }

    @ParameterizedTest(name = "case 9: {0}")
    @ValueSource(strings = {"", "end_turn", "max_tokens"})
    void refusesAnAnswerThatEndsWithoutItsLastEventWhateverItsReason(String reason) {
        Told told = told(START + HELLO + (reason.isEmpty() ? "" : reason(reason)));

        assertThat(told.text()).isEqualTo("Hello");
        told.assertInterrupted(true);
        told(START).assertInterrupted(false);
        told("").assertInterrupted(false);
    }

    @Test // case 8
    void dropsAnEventTheStreamEndsInAndFails() {
        Told told = told(START + HELLO + END_TURN + STOP.strip());

        told.assertInterrupted(true);
        assertThat(told.failed()).hasMessageContaining("inside an event");
    }

    @Test // case 9
    void refusesAnAnswerWhoseConnectionBreaks() {
        InputStream breaks = new SequenceInputStream(Pieces.whole(bytes(START + HELLO)), new Broken());

        Told told = Told.by(anthropic.decode(breaks, "text/event-stream"));

        told.assertInterrupted(true);
        assertThat(told.failed()).hasRootCauseMessage("Connection reset");
    }

    @Test // case 11
    void takesAnEndWithoutAReasonOnlyAfterTextOrACall() {
        String call = begin(0, "{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"f\",\"input\":{}}");

        assertThat(told(START + HELLO + STOP).reason()).isEqualTo("stop");
        assertThat(told(START + call + STOP).reason()).isEqualTo("tool_calls");
        told(START + STOP).assertInterrupted(false);
    }

    @Test // case 12
    void ignoresWhatComesAfterTheEnd() {
        assertThat(told(START + HELLO + END_TURN + STOP + HELLO + "rubbish").text())
                .isEqualTo("Hello");
    }

    @Test // case 20
    void takesAnAnswerWithoutAWordForAnAnswer() {
        Told told = told(START + END_TURN + STOP);

        assertThat(told.chunks()).isEmpty();
        assertThat(told.reason()).isEqualTo("stop");
    }

    @ParameterizedTest(name = "cases 13, 14, 17: {0}")
    @ValueSource(
            strings = {
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"it broke\"}}\n\n",
                "data: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"it broke\"}}\n\n",
                "data: {\"type\":\"error\",\"message\":\"it broke\"}\n\n",
                "data: {\"error\":\"it broke\"}\n\n",
                "event: error\ndata: {\"message\":\"it broke\"}\n\n",
                "event: error\ndata: it broke\n\n",
                "error: {\"code\":500,\"message\":\"it broke\"}\n\n",
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"it broke\"}}",
                "{\n  \"error\": {\n    \"message\": \"it broke\"\n  }\n}\n"
            })
    void failsWithTheServersWordsAtAnErrorInTheAnswer(String error) {
        CaravanException atOnce = told(START + error).failed();
        Told later = told(START + HELLO + error);

        assertThat(atOnce).isInstanceOf(UnavailableException.class).hasMessageContaining("it broke");
        assertThat(later.text()).isEqualTo("Hello");
        later.assertInterrupted(true);
        assertThat(later.failed()).hasMessageContaining("it broke");
    }

    @Test // case 13
    void failsAtAnErrorThoughTheReasonIsKnown() {
        told(START + HELLO + END_TURN + event("error", "\"error\":{\"type\":\"x\"}") + STOP)
                .assertInterrupted(true);
        told(START + HELLO + END_TURN + "data: rubbish\n\n" + STOP).assertInterrupted(true);
    }

    @ParameterizedTest(name = "case 13: {0} is {1}")
    @CsvSource({
        "invalid_request_error, INVALID_REQUEST",
        "authentication_error, PROVIDER_REJECTED",
        "billing_error, PROVIDER_REJECTED",
        "permission_error, PROVIDER_REJECTED",
        "not_found_error, PROVIDER_REJECTED",
        "request_too_large, INVALID_REQUEST",
        "rate_limit_error, RATE_LIMITED",
        "api_error, PROVIDER_UNAVAILABLE",
        "timeout_error, PROVIDER_UNAVAILABLE",
        "overloaded_error, PROVIDER_UNAVAILABLE",
        "some_new_error, PROVIDER_UNAVAILABLE"
    })
    void judgesAnErrorBeforeTheFirstChunkAsItsStatusWouldBe(String type, ErrorCode code) {
        String error = event("error", "\"error\":{\"type\":\"" + type + "\",\"message\":\"its words\"}");

        assertThat(told(START + error).failed().code()).isEqualTo(code);
    }

    @Test // case 18
    void refusesAWebPage() {
        for (String contentType : List.of("text/html; charset=utf-8", "text/event-stream")) {
            CaravanException failed =
                    told("<html>\n<body>\n\n</body>", contentType).failed();

            assertThat(failed.code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
            assertThat(failed).hasMessageContaining("web page");
        }
    }

    @ParameterizedTest(name = "case 18: {0}")
    @ValueSource(
            strings = {
                "{\"status\":\"fine\"}",
                "{\"type\":\"message\"}",
                "{\"type\":\"message_stop\"}",
                "{\"choices\":[{\"message\":{\"content\":\"Hi\"}}]}"
            })
    void refusesADocumentThatIsNoAnswer(String document) {
        assertThat(told(document, "application/json").failed().code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @Test
    void refusesDataThatIsNotJsonNamingTheLineAndNotItsContent() {
        Told told = told("event: content_block_delta\ndata: {\"delta\":secret}\n\n");
        Told later = told(START + HELLO + "data: {\"delta\":secret}\n\n");

        assertThat(told.failed().code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
        assertThat(told.failed()).hasMessageContaining("Line 2").hasMessageNotContaining("secret");
        later.assertInterrupted(true);
    }

    @ParameterizedTest(name = "cases 5, 20, 26: {0}")
    @ValueSource(
            strings = {
                "event: ping\ndata: {\"type\":\"ping\"}\n\n",
                "event: ping\ndata: nothing\n\n",
                "event: novelty\ndata: {\"type\":\"novelty\",\"delta\":{\"text\":\"no\"}}\n\n",
                "data: {}\n\n",
                "data: {\"type\":null,\"index\":null,\"delta\":null,\"usage\":null,\"error\":null}\n\n",
                "event: message\ndata: {\"a\":1}\n\n",
                "data: {\"type\":\"content_block_delta\",\"index\":0}\n\n",
                "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":null}}\n\n",
                "data: {\"type\":\"content_block_delta\",\"delta\":{\"type\":\"signature_delta\",\"signature\":\"s\"}}\n\n",
                "data: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"no\",\"type\":\"novel_delta\"}}\n\n",
                "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"redacted_thinking\","
                        + "\"data\":\"x\"}}\n\n",
                "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":null}\n\n",
                "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
                "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null}}\n\n"
            })
    void handsOutNothingForAnEventWithoutContent(String event) {
        Answer answer = anthropic.decode(Pieces.whole(bytes(event + START + END_TURN + STOP)), "");

        assertThat(answer.next()).isNull();
        assertThat(answer.hasNext()).isTrue();
        assertThat(Told.by(answer)).isEqualTo(told(START + END_TURN + STOP));
    }

    @Test // case 4, 5, 6, 7
    void readsEventsInEveryShapeTheStandardAllows() {
        String body = "\uFEFF: hello\r\n\r\nevent:message_start\r\ndata:{\"type\":\"message_start\"}\r\n\r\n"
                + "data: {\"type\":\"content_block_delta\",\rdata: \"delta\":{\"text\":\"Hi\"}}\r\r"
                + "id: 7\n\ndata: {\"type\":\"message_stop\"}\n\n";

        assertThat(told(body).text()).isEqualTo("Hi");
        assertThat(told(body).reason()).isEqualTo("stop");
    }

    @Test // case 24
    void putsInterleavedArgumentsTogether() {
        Told told = told(START
                + begin(0, "{\"type\":\"text\",\"text\":\"\"}")
                + HELLO
                + begin(1, "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}")
                + input(1, "")
                + input(1, "{\\\"a\\\"")
                + begin(2, "{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"g\",\"input\":{}}")
                + input(2, "{\\\"b\\\"")
                + input(1, ":1}")
                + input(2, ":2}")
                + reason("tool_use")
                + STOP);

        assertThat(told.chunks().get(0)).isEqualTo(new Text("Hello"));
        assertThat(told.calls())
                .extracting(
                        ToolCall::callId,
                        ToolCall::name,
                        call -> call.arguments().toString())
                .containsExactly(tuple("t1", "f", "{\"a\":1}"), tuple("t2", "g", "{\"b\":2}"));
        assertThat(told.reason()).isEqualTo("tool_calls");
    }

    @Test // case 25
    void takesACallWithoutArgumentsForOneWithNone() {
        Told told = told(START
                + begin(0, "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}")
                + event("content_block_stop", "\"index\":0")
                + reason("tool_use")
                + STOP);

        assertThat(told.calls()).extracting(call -> call.arguments().toString()).containsExactly("{}");
    }

    @ParameterizedTest(name = "case 22: {0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {"{\"a\":1} | {\"a\":1}", "\"{\\\"a\\\":1}\" | {\"a\":1}", "\"\" | {}", "null | {}", "[1] | \"[1]\""
            })
    void takesArgumentsThatComeWithTheBeginning(String sent, String handedOut) {
        Told told = told(START
                + begin(0, "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":" + sent + "}")
                + reason("tool_use")
                + STOP);

        assertThat(told.calls().get(0).arguments()).hasToString(handedOut);
    }

    @Test // case 21
    void beginsANewCallWithEachBlockThoughTheirIndexIsTheSameOrMissing() {
        for (String index : List.of("\"index\":0,", "")) {
            String begin = event(
                    "content_block_start",
                    index + "\"content_block\":{\"type\":\"tool_use\",\"id\":\"%s\",\"name\":\"f\",\"input\":{}}");
            String input = event("content_block_delta", index + "\"delta\":{\"partial_json\":\"{\\\"a\\\":%d}\"}");

            Told told = told(START
                    + begin.formatted("t1")
                    + input.formatted(1)
                    + begin.formatted("t2")
                    + input.formatted(2)
                    + reason("tool_use")
                    + STOP);

            assertThat(told.calls())
                    .extracting(ToolCall::callId, call -> call.arguments().toString())
                    .containsExactly(tuple("t1", "{\"a\":1}"), tuple("t2", "{\"a\":2}"));
        }
    }

    @Test // case 26
    void passesOverToolsTheServerRunsItself() {
        Told told = told(START
                + begin(0, "{\"type\":\"server_tool_use\",\"id\":\"s1\",\"name\":\"web_search\",\"input\":{}}")
                + input(0, "{\\\"query\\\":\\\"x\\\"}")
                + begin(1, "{\"type\":\"web_search_tool_result\",\"content\":[{\"title\":\"x\"}]}")
                + HELLO
                + END_TURN
                + STOP);

        assertThat(told.chunks()).containsExactly(new Text("Hello"));
        assertThat(told.reason()).isEqualTo("stop");
    }

    @Test
    void handsOutNoHalfReceivedCallOfAnAnswerCutShort() {
        Told told = told(START
                + begin(0, "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}")
                + input(0, "{\\\"a\\\":1}")
                + begin(1, "{\"type\":\"tool_use\",\"id\":\"t2\",\"name\":\"g\",\"input\":{}}")
                + input(1, "{\\\"b\\\"")
                + event("content_block_stop", "\"index\":1")
                + reason("max_tokens")
                + STOP);

        assertThat(told.calls()).extracting(ToolCall::name).containsExactly("f");
        assertThat(told.reason()).isEqualTo("length");
    }

    @Test
    void handsOutNoCallOfAnAnswerThatBreaksOff() {
        Told told = told(START
                + begin(0, "{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"f\",\"input\":{}}")
                + input(0, "{\\\"a\\\":1}"));

        assertThat(told.calls()).isEmpty();
        told.assertInterrupted(false);
    }

    @Test
    void refusesACallWithoutAName() {
        assertThat(told(START + begin(0, "{\"type\":\"tool_use\",\"id\":\"t1\"}") + reason("tool_use") + STOP)
                        .failed()
                        .code())
                .isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @Test // case 27
    void replacesTheCountsThatAreToldAgainAndKeepsTheOthers() {
        Told outputOnly = told(START + HELLO + usage("{\"output_tokens\":7}") + usage("{\"output_tokens\":9}") + STOP);
        Told everything = told(START
                + HELLO
                + usage("{\"input_tokens\":6,\"cache_creation_input_tokens\":null,\"cache_read_input_tokens\":0,"
                        + "\"output_tokens\":9,\"server_tool_use\":{\"web_search_requests\":1}}")
                + STOP);

        assertThat(outputOnly.finish()).contains(new Finish("stop", new Usage(325, 9)));
        assertThat(everything.finish()).contains(new Finish("stop", new Usage(26, 9)));
    }

    @ParameterizedTest(name = "case 32: {0}")
    @ValueSource(
            strings = {
                "{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}",
                "{\"type\":\"text_delta\",\"text\":\"<think>hm</think>\"}"
            })
    void handsThinkingOutOnItsOwnChannel(String delta) {
        Told told = told(START + event("content_block_delta", "\"index\":0,\"delta\":" + delta) + HELLO + STOP);

        assertThat(told.chunks()).containsExactly(new Thinking("hm"), new Text("Hello"));
    }

    @Test
    void joinsTheTextOfSeveralBlocks() {
        Told told = told(START
                + begin(0, "{\"type\":\"text\",\"text\":\"a\"}")
                + begin(1, "{\"type\":\"text\",\"text\":\"\"}")
                + text("b")
                + END_TURN
                + STOP);

        assertThat(told.text()).isEqualTo("ab");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "end_turn, stop",
        "stop_sequence, stop",
        "some_new_reason, stop",
        "max_tokens, length",
        "model_context_window_exceeded, length",
        "tool_use, tool_calls",
        "refusal, content_filter"
    })
    void putsTheReasonIntoTheSharedWords(String said, String shared) {
        assertThat(told(START + HELLO + reason(said) + STOP).reason()).isEqualTo(shared);
    }

    @Test
    void refusesAnAnswerTheServerPaused() {
        told(START + HELLO + reason("pause_turn") + STOP).assertInterrupted(true);
    }

    @Test // case 29
    void readsAnEventOfEightMebibytesAndRefusesOneOverTheLimit() {
        String longText = "é".repeat(4 * 1024 * 1024);

        assertThat(told(START + text(longText) + END_TURN + STOP).text()).isEqualTo(longText);
        assertThat(Told.by(new Anthropic(1000).decode(Pieces.whole(bytes(text(longText))), ""))
                        .failed()
                        .code())
                .isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @Test // case 33
    void readsNumbersAndTextsThatAreNotQuiteJson() {
        Told told = told(event("message_start", "\"message\":{\"usage\":{\"input_tokens\":1e2,\"output_tokens\":NaN}}")
                + text("\\ud83d \u2028")
                + STOP);

        assertThat(told.text()).isEqualTo("\ud83d \u2028");
        assertThat(told.finish().map(Finish::usage)).contains(new Usage(100, 0));
    }

    private static String event(String type, String fields) {
        return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + fields + "}\n\n";
    }

    private static String text(String text) {
        return event(
                "content_block_delta", "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + text + "\"}");
    }

    private static String begin(int index, String block) {
        return event("content_block_start", "\"index\":" + index + ",\"content_block\":" + block);
    }

    private static String input(int index, String json) {
        return event(
                "content_block_delta",
                "\"index\":" + index + ",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"" + json + "\"}");
    }

    private static String reason(String reason) {
        return event("message_delta", "\"delta\":{\"stop_reason\":\"" + reason + "\"},\"usage\":{\"output_tokens\":4}");
    }

    private static String usage(String usage) {
        return event("message_delta", "\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":" + usage);
    }

    private Told told(Capture capture) {
        return Told.by(anthropic.decode(Pieces.whole(capture.body()), capture.contentType()));
    }

    private Told told(String body) {
        return told(body, "text/event-stream");
    }

    private Told told(String body, String contentType) {
        return Told.by(anthropic.decode(Pieces.whole(bytes(body)), contentType));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
