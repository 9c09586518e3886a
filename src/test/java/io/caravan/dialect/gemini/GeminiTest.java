package io.caravan.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.caravan.chat.ChatEvent.Text;
import io.caravan.chat.ChatEvent.Thinking;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.Usage;
import io.caravan.dialect.Answer;
import io.caravan.dialect.Finish;
import io.caravan.dialect.Sample;
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
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers are those of the parser cases every dialect has to master. */
class GeminiTest {

    private static final String HELLO = part("{\"text\":\"Hello\"}");
    private static final String STOP = finish("STOP");

    private final Gemini gemini = new Gemini();

    @Test
    void readsAnAnswerAsItIsDocumented() {
        Told told = sample("gemini-chat-stream.sse");

        assertThat(told.text()).isEqualTo("Der Himmel ist blau, weil Licht gestreut wird – 空は青い 🐪.");
        assertThat(told.chunks()).hasSize(3);
        assertThat(told.finish()).contains(new Finish("stop", new Usage(8, 14)));
    }

    @Test // case 32
    void handsThinkingOutOnItsOwnChannelAndCountsItAsWritten() {
        Told told = sample("gemini-thinking-stream.sse");

        assertThat(told.thinking()).isEqualTo("**Weighing**\n\nShort waves scatter more.\n");
        assertThat(told.text()).isEqualTo("Because of scattering.");
        assertThat(told.reason()).isEqualTo("stop");
        assertThat(told.finish().orElseThrow().usage()).isEqualTo(new Usage(11, 47));
    }

    @Test // case 21
    void takesStopForToolCallsWhereThereAreCallsAndGivesIdsToThoseWithout() {
        Told told = sample("gemini-tools-stream.sse");

        assertThat(told.calls())
                .extracting(ToolCall::name, call -> call.arguments().toString())
                .containsExactly(
                        tuple("now", "{\"tz\":\"UTC\"}"), tuple("weather", "{\"city\":\"Zürich\",\"days\":2}"));
        assertThat(told.calls().get(0).callId()).matches("call_[0-9a-z]{8}");
        assertThat(told.calls().get(1).callId()).isEqualTo("f2");
        assertThat(told.reason()).isEqualTo("tool_calls");
        assertThat(told.finish().orElseThrow().usage()).isEqualTo(new Usage(40, 31));
    }

    @Test // case 18
    void readsTheListOfAServerThatOverheardTheWishForEvents() {
        Told list = Told.by(gemini.decode(Pieces.whole(Sample.of("gemini-chat-list.json")), "application/json"));

        assertThat(list).isEqualTo(sample("gemini-chat-stream.sse"));
    }

    @Test // case 18
    void readsADocumentThoughAStreamWasAsked() {
        Told told = told("""
                {
                  "candidates": [{"content": {"parts": [{"text": "Hello"}]}, "finishReason": "MAX_TOKENS"}],
                  "usageMetadata": {"promptTokenCount": 3}
                }
                """);

        assertThat(told.text()).isEqualTo("Hello");
        assertThat(told.finish()).contains(new Finish("length", new Usage(3, 0)));
    }

    @Test // cases 13, 14
    void failsAtAnErrorWrittenBetweenTheEvents() {
        Told told = sample("gemini-midstream-error.sse");

        assertThat(told.text()).isEqualTo("Der Himmel ist blau");
        told.assertInterrupted(true);
        assertThat(told.failed()).hasMessageContaining("The model is overloaded");
    }

    @ParameterizedTest(name = "cases 13, 14, 17: {0}")
    @ValueSource(
            strings = {
                "data: {\"error\":\"it broke\"}\n\n",
                "data: {\"error\":{\"code\":503,\"message\":\"it broke\",\"status\":\"UNAVAILABLE\"}}\n\n",
                "data: {\"error\":{\"message\":\"it broke\",\"status\":\"INTERNAL\"}}\n\n",
                "data: [{\"error\":{\"code\":500,\"message\":\"it broke\"}}]\n\n",
                "data:  [{\"error\":{\"code\":500,\"message\":\"it broke\"}}]\n\n",
                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"no\"}]}}],\"error\":{\"message\":\"it broke\"}}\n\n",
                "event: error\ndata: {\"message\":\"it broke\"}\n\n",
                "event: error\ndata: it broke\n\n",
                "error: {\"code\":500,\"message\":\"it broke\"}\n\n",
                "{\n  \"error\": {\n    \"code\": 500,\n    \"message\": \"it broke\",\n    \"status\": \"INTERNAL\"\n  }\n}\n",
                "[{\n  \"error\": {\n    \"code\": 500,\n    \"message\": \"it broke\"\n  }\n}\n]\n"
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
        told(HELLO + STOP + "data: {\"error\":\"it broke\"}\n\n").assertInterrupted(true);
        told(HELLO + STOP + "data: rubbish\n\n").assertInterrupted(true);
    }

    @ParameterizedTest(name = "case 13: {0} is {1}")
    @CsvSource({
        "INVALID_ARGUMENT, INVALID_REQUEST",
        "FAILED_PRECONDITION, PROVIDER_REJECTED",
        "PERMISSION_DENIED, PROVIDER_REJECTED",
        "UNAUTHENTICATED, PROVIDER_REJECTED",
        "NOT_FOUND, MODEL_NOT_FOUND",
        "RESOURCE_EXHAUSTED, RATE_LIMITED",
        "INTERNAL, PROVIDER_UNAVAILABLE",
        "UNAVAILABLE, PROVIDER_UNAVAILABLE",
        "DEADLINE_EXCEEDED, PROVIDER_UNAVAILABLE"
    })
    void judgesAnErrorBeforeTheFirstChunkAsItsStatusWouldBe(String status, ErrorCode code) {
        String error = "{\"error\":{\"message\":\"models/x is not found\",\"status\":\"" + status + "\"}}";

        assertThat(told("data: " + error + "\n\n").failed().code()).isEqualTo(code);
    }

    @Test // case 28
    void takesABlockedPromptForARefusal() {
        Told told = told("data: {\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},"
                + "\"usageMetadata\":{\"promptTokenCount\":9}}\n\n");

        assertThat(told.failed())
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("blocked")
                .hasMessageContaining("PROHIBITED_CONTENT")
                .extracting(CaravanException::code)
                .isEqualTo(ErrorCode.PROVIDER_REJECTED);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "STOP, stop",
        "MAX_TOKENS, length",
        "SAFETY, content_filter",
        "RECITATION, content_filter",
        "LANGUAGE, content_filter",
        "BLOCKLIST, content_filter",
        "PROHIBITED_CONTENT, content_filter",
        "SPII, content_filter",
        "IMAGE_SAFETY, content_filter"
    })
    void tellsTheReasonInTheSharedWords(String said, String reason) {
        assertThat(told(HELLO + finish(said)).reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MALFORMED_FUNCTION_CALL",
                "UNEXPECTED_TOOL_CALL",
                "TOO_MANY_TOOL_CALLS",
                "OTHER",
                "SOME_NEW_WORD"
            })
    void failsWhereTheReasonIsNoGoodOne(String said) {
        told(HELLO + finish(said)).assertInterrupted(true);
        told(finish(said)).assertInterrupted(false);
        assertThat(told(finish(said)).failed()).hasMessageContaining(said);
    }

    @Test
    void repeatsNoReasonThatIsNotAWord() {
        assertThat(told(finish("secret of the prompt")).failed()).hasMessageNotContaining("secret");
    }

    @Test
    void saysLengthThoughThereAreCallsWhereTheAnswerWasCutShort() {
        assertThat(told(call("{\"name\":\"f\"}") + finish("MAX_TOKENS")).reason())
                .isEqualTo("length");
    }

    @Test // case 9
    void refusesAnAnswerThatEndsWithoutAReason() {
        Told told = told(HELLO);

        assertThat(told.text()).isEqualTo("Hello");
        told.assertInterrupted(true);
        told("").assertInterrupted(false);
        told("[]").assertInterrupted(false);
        told(HELLO + finish("FINISH_REASON_UNSPECIFIED")).assertInterrupted(true);
    }

    @Test // case 9
    void refusesAnAnswerThatGoesOnAfterItsReasonAndThenEnds() {
        String early = "data: {\"candidates\":[{\"content\":{\"parts\":[]},\"finishReason\":\"STOP\"}]}\n\n";

        told(early + HELLO).assertInterrupted(true);
        assertThat(told(early + HELLO + STOP).text()).isEqualTo("Hello");
        assertThat(told(early + HELLO + STOP).reason()).isEqualTo("stop");
    }

    @Test // case 8
    void dropsAnEventTheStreamEndsInAndFails() {
        Told told = told(HELLO + STOP.strip());

        told.assertInterrupted(true);
        assertThat(told.failed()).hasMessageContaining("inside an event");
    }

    @Test // case 8
    void refusesAListThatBreaksOff() {
        String list = new String(Sample.of("gemini-chat-list.json"), UTF_8);

        told(list.substring(0, list.length() - 3)).assertInterrupted(false);
    }

    @Test // case 10
    void takesAReasonForAWholeAnswerThoughTheConnectionBreaksThen() {
        InputStream breaks = new SequenceInputStream(Pieces.whole(bytes(HELLO + STOP)), new Broken());

        assertThat(Told.by(gemini.decode(breaks, "text/event-stream")).reason()).isEqualTo("stop");
    }

    @Test // case 9
    void refusesAnAnswerWhoseConnectionBreaks() {
        InputStream breaks = new SequenceInputStream(Pieces.whole(bytes(HELLO)), new Broken());

        Told told = Told.by(gemini.decode(breaks, "text/event-stream"));

        told.assertInterrupted(true);
        assertThat(told.failed()).hasRootCauseMessage("Connection reset");
    }

    @Test // case 27
    void keepsTheLastUsageThoughItComesAfterTheReason() {
        Told told = told(HELLO + STOP
                + "data: {\"usageMetadata\":{\"promptTokenCount\":7,\"toolUsePromptTokenCount\":2,"
                + "\"candidatesTokenCount\":3,\"thoughtsTokenCount\":4,\"totalTokenCount\":16}}\n\n");

        assertThat(told.finish()).contains(new Finish("stop", new Usage(9, 7)));
    }

    @Test // case 18
    void refusesAWebPage() {
        for (String contentType : List.of("Text/HTML", "text/event-stream")) {
            CaravanException failed = Told.by(
                            gemini.decode(Pieces.whole(bytes("<html>\n<body>\n\n</body>")), contentType))
                    .failed();

            assertThat(failed.code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
            assertThat(failed).hasMessageContaining("web page");
        }
    }

    @Test // case 18
    void refusesADocumentThatIsNoAnswer() {
        assertThat(told("{\"status\":\"fine\"}").failed().code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @Test
    void refusesDataThatIsNotJsonNamingTheLineAndNotItsContent() {
        Told told = told(HELLO + "data: {\"candidates\":secret}\n\n");

        told.assertInterrupted(true);
        assertThat(told.failed()).hasMessageContaining("Line 3").hasMessageNotContaining("secret");
    }

    @Test // case 29
    void refusesAnEventOverTheLimit() {
        Answer answer = new Gemini(1000).decode(Pieces.whole(bytes(part("{\"text\":\"" + "a".repeat(2000)))), "");

        assertThat(Told.by(answer).failed().code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @ParameterizedTest(name = "cases 5, 19, 20, 26: {0}")
    @ValueSource(
            strings = {
                "{}",
                "{\"candidates\":[]}",
                "{\"candidates\":null,\"usageMetadata\":null,\"promptFeedback\":null}",
                "{\"candidates\":[{\"index\":0}]}",
                "{\"candidates\":[{\"content\":null,\"finishReason\":null}]}",
                "{\"candidates\":[{\"content\":{\"role\":\"model\"}}]}",
                "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":null}}]}",
                "{\"candidates\":[{\"content\":{\"parts\":[null,7,{},{\"text\":null},{\"inlineData\":{\"data\":\"eA==\"}}]}}]}",
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\"}]},\"safetyRatings\":[{\"category\":\"c\"}]}]}",
                "{\"candidates\":[null,[],7]}",
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"no\"}]},\"finishReason\":\"STOP\",\"index\":1}]}",
                "{\"error\":null,\"modelVersion\":\"m\",\"new\":[{}]}"
            })
    void handsOutNothingForAnEventWithoutContent(String data) {
        Answer answer = gemini.decode(Pieces.whole(bytes("data: " + data + "\n\n" + STOP)), "");

        assertThat(answer.next()).isNull();
        assertThat(answer.hasNext()).isTrue();
        assertThat(Told.by(answer)).isEqualTo(told(STOP));
    }

    @Test // cases 4 to 7, 26
    void readsEventsHoweverTheyAreWritten() {
        String data = "{\"candidates\":[{\"content\":\ndata: {\"parts\":[{\"text\":\"Hello\"}]}}]}";

        Told told = told("\uFEFFdata:" + data + "\r\r: ping\n\nid: 7\n\ndata:\n\nevent: new\ndata: x\r\n\r\n" + STOP);

        assertThat(told.chunks()).containsExactly(new Text("Hello"));
        assertThat(told.reason()).isEqualTo("stop");
    }

    @Test
    void keepsTheOrderOfParts() {
        Told told = told(part("{\"text\":\"hm\",\"thought\":true},{\"text\":\"a\"},{\"functionCall\":{\"id\":\"1\","
                        + "\"name\":\"f\",\"args\":{}}},{\"text\":\"b\",\"thought\":false}")
                + STOP);

        assertThat(told.chunks())
                .hasSize(4)
                .startsWith(new Thinking("hm"), new Text("a"))
                .endsWith(new Text("b"));
        assertThat(told.calls()).extracting(ToolCall::callId).containsExactly("1");
    }

    @ParameterizedTest(name = "case 22: {0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {"{\"a\":1} | {\"a\":1}", "\"{\\\"a\\\":1}\" | {\"a\":1}", "\"\" | {}", "null | {}", "[1] | \"[1]\""
            })
    void takesArgumentsInAnyShape(String sent, String handedOut) {
        Told told = told(call("{\"name\":\"f\",\"args\":" + sent + "}") + STOP);

        assertThat(told.calls().get(0).arguments()).hasToString(handedOut);
    }

    @Test
    void refusesACallWithoutAName() {
        assertThat(told(call("{\"args\":{}}") + STOP).failed().code()).isEqualTo(ErrorCode.PROVIDER_PROTOCOL);
    }

    @Test // case 33
    void readsOddNumbersAndTexts() {
        Told told = told("data: {\"candidates\":[{\"avgLogprobs\":NaN,\"content\":{\"parts\":[{\"text\":"
                + "\"a\\ud83db\u2028c\"}]}}],\"usageMetadata\":{\"promptTokenCount\":1e2,"
                + "\"candidatesTokenCount\":123456789012345678901234567890,\"thoughtsTokenCount\":null}}\n\n" + STOP);

        assertThat(told.text()).isEqualTo("a\ud83db\u2028c");
        assertThat(told.finish().map(Finish::usage)).contains(new Usage(100, Long.MAX_VALUE));
    }

    @Test
    void listsTheModelsThatChatByTheirPlainNames() throws IOException {
        assertThat(gemini.models(new ByteArrayInputStream(Sample.of("gemini-models.json"))))
                .containsExactly("sample-flash", "tunedModels/mine-1", "sample-pro");
        assertThat(gemini.models(new ByteArrayInputStream(bytes("{}")))).isEmpty();
        assertThatThrownBy(() -> gemini.models(new ByteArrayInputStream(bytes("{\"data\":[]}"))))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "gemini-2.5-flash, models/gemini-2.5-flash",
        "models/gemini-2.5-flash, models/gemini-2.5-flash",
        "tunedModels/mine-1, tunedModels/mine-1",
        "x:countTokens, models/x%3AcountTokens",
        "../../evil?a=b#c, models/..%2F..%2Fevil%3Fa%3Db%23c",
        "models/a b+c%41, models/a%20b%2Bc%2541",
        "tunedModels/../x, tunedModels/..%2Fx",
        "größe, models/gr%C3%B6%C3%9Fe"
    })
    void namesAModelInAPathAsOneSegment(String model, String path) {
        assertThat(Gemini.path(model)).isEqualTo(path);
    }

    @Test
    void showsTheKeyInGooglesHeader() {
        assertThat(gemini.headers(Optional.of("k"))).isEqualTo(Map.of("x-goog-api-key", "k"));
        assertThat(gemini.headers(Optional.empty())).isEmpty();
    }

    private Told told(String body) {
        return Told.by(gemini.decode(Pieces.whole(bytes(body)), "text/event-stream"));
    }

    private Told sample(String name) {
        return Told.by(gemini.decode(Pieces.whole(Sample.of(name)), "text/event-stream"));
    }

    private static String part(String part) {
        return "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" + part + "]},\"index\":0}]}\n\n";
    }

    private static String call(String call) {
        return part("{\"functionCall\":" + call + "}");
    }

    private static String finish(String reason) {
        return "data: {\"candidates\":[{\"finishReason\":\"" + reason + "\",\"index\":0}]}\n\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
