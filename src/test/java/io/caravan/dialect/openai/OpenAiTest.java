package io.caravan.dialect.openai;

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
import io.caravan.failure.RejectedException;
import io.caravan.failure.UnavailableException;
import io.caravan.stream.Broken;
import io.caravan.stream.Pieces;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers are those of the parser cases every dialect has to master. */
class OpenAiTest {

    private static final String HELLO = text("Hello");
    private static final String STOP = finish("stop");
    private static final String DONE = "data: [DONE]\n\n";

    private final OpenAi openAi = new OpenAi();

    @Test
    void readsARecordedAnswerOfLlamaServer() {
        Told told = told(Capture.of("llama-chat-stream"));

        assertThat(told.text()).isEqualTo(" The quick brown dog runs over");
        assertThat(told.chunks()).hasSize(6);
        assertThat(told.finish()).contains(new Finish("length", Usage.UNKNOWN));
    }

    @Test
    void readsARecordedAnswerWithUsage() {
        assertThat(told(Capture.of("ollama-v1-chat-stream-usage")).finish())
                .contains(new Finish("length", new Usage(55, 5)));
        assertThat(told(Capture.of("llama-chat-stream-usage")).finish().map(Finish::usage))
                .contains(new Usage(55, 6));
    }

    @Test
    void readsRecordedReasoning() {
        Told told = told(Capture.of("llama-reasoning-deepseek-stream"));

        assertThat(told.thinking()).isEqualTo(" A small house. The quick brown dog looks at the house");
        assertThat(told.text()).isEmpty();
    }

    @Test
    void readsRecordedToolCallsWithInterleavedArguments() {
        Told told = told(Capture.of("llama-tools-stream"));

        assertThat(told.calls())
                .extracting(ToolCall::name, call -> call.arguments().toString())
                .containsExactly(
                        tuple("get_weather", "{\"city\":\" The quick brown\"}"),
                        tuple("get_time", "{}"),
                        tuple("get_time", "{}"));
        assertThat(told.calls().get(0).callId()).isEqualTo("mcY0GWJeZrEhjZkgaSNAHOqal6PQqH2B");
        assertThat(told.finish()).contains(new Finish("tool_calls", new Usage(211, 37)));
    }

    @Test // case 13
    void failsWhereTheRecordedAnswerFails() {
        Told told = told(Capture.of("llama-randommodel-midstream-error-no-DONE"));

        assertThat(told.text()).startsWith(" unicodeanswer").endsWith(" sold");
        told.assertInterrupted(true);
        assertThat(told.failed()).hasMessageContaining("does not match the expected peg-native format");
    }

    @Test // case 5
    void passesOverRecordedPingsAndProgress() {
        Told told = told(Capture.of("llama-sse-ping-progress"));

        assertThat(told.text()).isEqualTo(" The old man");
        assertThat(told.reason()).isEqualTo("length");
    }

    @Test // case 18
    void readsADocumentThoughAStreamWasAsked() {
        Told told = told(Capture.of("llama-chat"));
        Told calls = told(Capture.of("llama-tools"));

        assertThat(told.text()).isEqualTo(" The quick brown dog looks at the house. A small house");
        assertThat(told.finish()).contains(new Finish("length", new Usage(55, 12)));
        assertThat(calls.calls()).hasSize(3);
        assertThat(calls.reason()).isEqualTo("tool_calls");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"llama-v1-models, tiny-random", "ollama-v1-models, slow:latest toolm:latest chain:latest"})
    void readsTheModelsOfARecordedList(String capture, String names) throws IOException {
        byte[] models = Capture.of(capture).body();

        assertThat(openAi.models(new ByteArrayInputStream(models))).containsExactly(names.split(" ", -1));
    }

    @Test
    void readsNoModelsFromAListThatIsNull() throws IOException {
        assertThat(openAi.models(new ByteArrayInputStream(bytes("{\"object\":\"list\",\"data\":null}"))))
                .isEmpty();
        assertThatThrownBy(() -> openAi.models(new ByteArrayInputStream(bytes("{}"))))
                .isInstanceOf(IOException.class);
    }

    @Test // case 9
    void refusesAnAnswerThatEndsWithoutAReason() {
        Told told = told(HELLO);

        assertThat(told.text()).isEqualTo("Hello");
        told.assertInterrupted(true);
        told("").assertInterrupted(false);
    }

    @Test // case 8
    void dropsAnEventTheStreamEndsInAndFails() {
        Told told = told(HELLO + STOP.strip());

        told.assertInterrupted(true);
        assertThat(told.failed()).hasMessageContaining("inside an event");
    }

    @Test // case 10
    void takesAReasonWithoutDoneForAWholeAnswer() {
        Told told = told(HELLO + STOP);

        assertThat(told.text()).isEqualTo("Hello");
        assertThat(told.reason()).isEqualTo("stop");
    }

    @Test // case 10
    void takesAReasonForAWholeAnswerThoughTheConnectionBreaksThen() {
        InputStream breaks = new SequenceInputStream(Pieces.whole(bytes(HELLO + STOP)), new Broken());

        assertThat(Told.by(openAi.decode(breaks, "text/event-stream")).reason()).isEqualTo("stop");
    }

    @Test // case 9
    void refusesAnAnswerWhoseConnectionBreaks() {
        InputStream breaks = new SequenceInputStream(Pieces.whole(bytes(HELLO)), new Broken());

        Told told = Told.by(openAi.decode(breaks, "text/event-stream"));

        told.assertInterrupted(true);
        assertThat(told.failed()).hasRootCauseMessage("Connection reset");
    }

    @Test // case 11
    void takesDoneWithoutAReasonOnlyAfterTextOrACall() {
        String call = call("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}");

        assertThat(told(HELLO + DONE).reason()).isEqualTo("stop");
        assertThat(told(call + DONE).reason()).isEqualTo("tool_calls");
        told(DONE).assertInterrupted(false);
        told(delta("{\"reasoning\":\"hm\"}") + DONE).assertInterrupted(true);
    }

    @Test // case 12
    void ignoresWhatComesAfterDone() {
        assertThat(told(HELLO + STOP + DONE + HELLO + "rubbish").text()).isEqualTo("Hello");
    }

    @ParameterizedTest(name = "cases 13-15, 17: {0}")
    @ValueSource(
            strings = {
                "data: {\"error\":\"it broke\"}\n\n",
                "data: {\"error\":{\"message\":\"it broke\",\"type\":null,\"code\":null}}\n\n",
                "data: {\"error\":{\"message\":\"it broke\",\"code\":500}}\n\n",
                "data: {\"choices\":[{\"delta\":{\"content\":\"no\"}}],\"error\":{\"message\":\"it broke\"}}\n\n",
                "data: {\"object\":\"error\",\"message\":\"it broke\"}\n\n",
                "error: {\"code\":500,\"message\":\"it broke\",\"type\":\"server_error\"}\n\n",
                "event: error\ndata: {\"message\":\"it broke\"}\n\n",
                "event: error\ndata: it broke\n\n",
                "{\"error\":\"it broke\"}",
                "data: [{\"error\":{\"code\":503,\"message\":\"it broke\",\"status\":\"UNAVAILABLE\"}}]\n\n",
                "[{\n  \"error\": {\n    \"code\": 503,\n    \"message\": \"it broke\"\n  }\n}\n]\n",
                "{\n  \"error\": {\n    \"message\": \"it broke\",\n    \"code\": \"x\"\n  }\n}\n"
            })
    void failsWithTheServersWordsAtAnErrorInTheAnswer(String error) {
        CaravanException atOnce = told(error).failed();
        Told later = told(HELLO + error);

        assertThat(atOnce).isInstanceOf(UnavailableException.class).hasMessageContaining("it broke");
        assertThat(later.text()).isEqualTo("Hello");
        later.assertInterrupted(true);
        assertThat(later.failed()).hasMessageContaining("it broke");
    }

    @Test // case 13
    void failsAtAnErrorThoughTheReasonIsKnown() {
        told(HELLO + STOP + "data: {\"error\":\"it broke\"}\n\n" + DONE).assertInterrupted(true);
        told(HELLO + STOP + "data: rubbish\n\n" + DONE).assertInterrupted(true);
    }

    @Test // case 13
    void judgesAnErrorBeforeTheFirstChunkAsItsStatusWouldBe() {
        assertThat(told("data: {\"error\":{\"message\":\"too long\",\"code\":400}}\n\n")
                        .failed())
                .isInstanceOf(RejectedException.class)
                .extracting(CaravanException::code)
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test // case 16
    void refusesAnAnswerWhoseErrorWasSwallowed() {
        String swallowed = "data: {\"model\":\"\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"}}]}\n\n";

        told(swallowed).assertInterrupted(false);
        told(HELLO + swallowed).assertInterrupted(true);
    }

    @Test // case 18
    void refusesAWebPage() {
        for (String contentType : List.of("Text/HTML", "text/event-stream")) {
            CaravanException failed =
                    told("<html>\n<body>\n\n</body>", contentType).failed();

            assertThat(failed.code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
            assertThat(failed).hasMessageContaining("web page");
        }
    }

    @Test // case 18
    void refusesADocumentThatIsNoAnswer() {
        assertThat(told("{\"status\":\"fine\"}", "application/json").failed().code())
                .isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @Test
    void refusesDataThatIsNotJsonNamingTheLineAndNotItsContent() {
        Told told = told("data: {\"choices\":secret}\n\n");
        Told later = told(HELLO + "data: {\"choices\":secret}\n\n");

        assertThat(told.failed().code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
        assertThat(told.failed()).hasMessageContaining("Line 1").hasMessageNotContaining("secret");
        later.assertInterrupted(true);
        assertThat(later.failed()).hasMessageContaining("Line 3");
    }

    @ParameterizedTest(name = "cases 5, 19, 20, 26: {0}")
    @ValueSource(
            strings = {
                "{}",
                "{\"choices\":[]}",
                "{\"choices\":null,\"usage\":null}",
                "{\"choices\":[{\"index\":0}]}",
                "{\"choices\":[{\"index\":0,\"delta\":null,\"finish_reason\":null}]}",
                "{\"choices\":[{\"delta\":{\"content\":null,\"role\":null,\"tool_calls\":null,\"refusal\":null}}]}",
                "{\"choices\":[{\"delta\":{\"new\":[{}]},\"finish_reason\":\"\"}],\"obfuscation\":\"xxxx\"}",
                "{\"choices\":[null,[],7]}",
                "{\"choices\":[],\"prompt_filter_results\":[{\"index\":0}],\"error\":null}"
            })
    void handsOutNothingForAnEventWithoutContent(String data) {
        Answer answer = openAi.decode(Pieces.whole(bytes("data: " + data + "\n\n" + STOP + DONE)), "");

        assertThat(answer.next()).isNull();
        assertThat(answer.hasNext()).isTrue();
        assertThat(Told.by(answer)).isEqualTo(told(STOP + DONE));
    }

    @Test // case 26
    void ignoresEventsOfAnotherName() {
        Told told = told("event: ping\ndata: nothing\n\n" + HELLO + "event: new\ndata: {\"a\":1}\n\n" + STOP + DONE);

        assertThat(told.text()).isEqualTo("Hello");
        assertThat(told.reason()).isEqualTo("stop");
    }

    @Test // case 21
    void beginsANewCallAtANewIdThoughTheIndexIsTheSameOrMissing() {
        for (String index : List.of("\"index\":0,", "")) {
            Told told = told(
                    call("{" + index + "\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}")
                            + call("{" + index + "\"id\":\"2\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}")
                            + call("{" + index + "\"function\":{\"arguments\":\"}\"}}")
                            + finish("tool_calls")
                            + DONE);

            assertThat(told.calls()).extracting(ToolCall::callId).containsExactly("1", "2");
            assertThat(told.calls())
                    .extracting(call -> call.arguments().toString())
                    .containsExactly("{\"a\":1}", "{}");
        }
    }

    @Test // case 21
    void tellsCallsWithoutIdsApartByTheirNames() {
        Told told = told(call("{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
                + call("{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
                + STOP
                + DONE);

        assertThat(told.calls()).hasSize(2);
        assertThat(told.calls()).extracting(ToolCall::callId).doesNotHaveDuplicates();
        assertThat(told.reason()).isEqualTo("tool_calls");
    }

    @ParameterizedTest(name = "case 22: {0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1} | {\"a\":1}",
                "\"{\\\"a\\\":1}\" | {\"a\":1}",
                "\"\" | {}",
                "null | {}",
                "\"null\" | {}",
                "\"{\\\"a\\\":\" | \"{\\\"a\\\":\"",
                "\"[1]\" | \"[1]\"",
                "\"\\\"{}\\\"\" | {}",
            })
    void takesArgumentsInAnyShape(String sent, String handedOut) {
        Told told = told(call("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":" + sent + "}}")
                + finish("tool_calls")
                + DONE);

        assertThat(told.calls().get(0).arguments()).hasToString(handedOut);
    }

    @Test // case 24
    void keepsInterleavedFragmentsApartAndPassesOverOtherChoices() {
        String other = "data: {\"choices\":[{\"delta\":{\"content\":\"no\",\"tool_calls\":[{\"index\":0,"
                + "\"function\":{\"arguments\":\"no\"}}]},\"finish_reason\":\"stop\",\"index\":1}]}\n\n";

        Told told = told(call("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\"\"}}")
                + other
                + call("{\"index\":1,\"id\":\"2\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"b\\\"\"}}")
                + call(
                        "{\"index\":0,\"function\":{\"arguments\":\":1}\"}},{\"index\":1,\"function\":{\"arguments\":\":2}\"}}")
                + HELLO
                + finish("tool_calls")
                + DONE);

        assertThat(told.text()).isEqualTo("Hello");
        assertThat(told.calls()).extracting(ToolCall::name).containsExactly("f", "g");
        assertThat(told.calls())
                .extracting(call -> call.arguments().toString())
                .containsExactly("{\"a\":1}", "{\"b\":2}");
    }

    @Test
    void handsOutNoHalfReceivedCallOfAnAnswerCutShort() {
        Told told =
                told(call("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1}\"}}")
                        + call("{\"index\":1,\"id\":\"2\",\"function\":{\"name\":\"g\",\"arguments\":\"{\\\"b\\\"\"}}")
                        + finish("length")
                        + DONE);

        assertThat(told.calls()).extracting(ToolCall::name).containsExactly("f");
        assertThat(told.reason()).isEqualTo("length");
    }

    @Test
    void refusesACallWithoutAName() {
        assertThat(told(call("{\"index\":0,\"id\":\"1\",\"function\":{\"arguments\":\"{}\"}}") + finish("tool_calls"))
                        .failed()
                        .code())
                .isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @Test // case 27
    void keepsTheLastUsage() {
        String usage = "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":%d}}\n\n";

        Told told = told("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]," + usage.formatted(1)
                + "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]," + usage.formatted(2)
                + "data: {\"choices\":[]," + usage.formatted(3)
                + DONE);

        assertThat(told.finish()).contains(new Finish("stop", new Usage(7, 3)));
    }

    @ParameterizedTest(name = "case 32: {0}")
    @ValueSource(
            strings = {
                "{\"reasoning_content\":\"hm\"}",
                "{\"reasoning\":\"hm\"}",
                "{\"thinking\":\"hm\"}",
                "{\"reasoning\":\"hm\",\"reasoning_content\":\"hm\"}",
                "{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]}]}",
                "{\"content\":\"<think>hm</think>\"}"
            })
    void handsThinkingOutOnItsOwnChannelOnce(String delta) {
        Told told = told(delta(delta) + HELLO + STOP + DONE);

        assertThat(told.chunks()).containsExactly(new Thinking("hm"), new Text("Hello"));
    }

    @Test
    void readsTextInParts() {
        assertThat(told(delta("{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"text\":\"b\"}]}") + STOP)
                        .text())
                .isEqualTo("ab");
    }

    @Test
    void handsARefusalOutAsTextThatWasFiltered() {
        Told told = told(delta("{\"content\":null,\"refusal\":\"I will not\"}") + STOP + DONE);

        assertThat(told.text()).isEqualTo("I will not");
        assertThat(told.reason()).isEqualTo("content_filter");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "stop, stop",
        "eos, stop",
        "length, length",
        "model_length, length",
        "tool_calls, tool_calls",
        "function_call, tool_calls",
        "content_filter, content_filter"
    })
    void putsTheReasonIntoTheSharedWords(String said, String shared) {
        assertThat(told(HELLO + finish(said) + DONE).reason()).isEqualTo(shared);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"error", "abort", "insufficient_system_resource"})
    void refusesAnAnswerTheServerGaveUp(String reason) {
        told(HELLO + finish(reason) + DONE).assertInterrupted(true);
    }

    @Test // case 29
    void readsAnEventOfEightMebibytes() {
        String longText = "é".repeat(4 * 1024 * 1024);

        assertThat(told(text(longText) + STOP).text()).isEqualTo(longText);
    }

    private static String text(String content) {
        return delta("{\"content\":\"" + content + "\"}");
    }

    private static String delta(String delta) {
        return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]}\n\n";
    }

    private static String call(String fragments) {
        return delta("{\"tool_calls\":[" + fragments + "]}");
    }

    private static String finish(String reason) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}\n\n";
    }

    private Told told(Capture capture) {
        return Told.by(openAi.decode(Pieces.whole(capture.body()), capture.contentType()));
    }

    private Told told(String body) {
        return told(body, "text/event-stream");
    }

    private Told told(String body, String contentType) {
        return Told.by(openAi.decode(Pieces.whole(bytes(body)), contentType));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
