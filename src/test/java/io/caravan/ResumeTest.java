package io.caravan;

import static io.caravan.testing.ChatClient.last;
import static io.caravan.testing.ChatClient.object;
import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.demo.Call;
import io.caravan.demo.Fault;
import io.caravan.demo.Fault.Cut;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of an answer that breaks off in the middle. */
class ResumeTest {

    private static final String SIXTY =
            IntStream.rangeClosed(1, 60).mapToObj(i -> "t" + i).collect(Collectors.joining(" "));
    private static final String FORTY =
            IntStream.rangeClosed(1, 40).mapToObj(i -> "t" + i).collect(Collectors.joining(" "));
    private static final String UNBREAKABLE = "breaker.minimum-calls=1000";
    private static final String WIDE = "breaker.window=1000";

    @TempDir
    static Path folder;

    static ScriptedModel continuing;
    static ScriptedModel afresh;
    static TestApp app;
    ChatClient client;

    @BeforeAll
    static void start() {
        continuing = sixty();
        afresh = ScriptedModel.builder()
                .script(Script.always(Reply.of(Words.of(SIXTY), Pace.AT_ONCE)))
                .start();
        app = TestApp.in(folder)
                .ollama("continuing", continuing.url(), UNBREAKABLE, WIDE, "idle-timeout=1s")
                .ollama("off", continuing.url(), UNBREAKABLE, WIDE, "resume=off")
                .ollama("afresh", afresh.url(), UNBREAKABLE, WIDE)
                .start();
    }

    @AfterAll
    static void stop() {
        app.close();
        continuing.close();
        afresh.close();
    }

    @BeforeEach
    void connect() {
        client = app.connect();
    }

    @AfterEach
    void disconnect() {
        client.close();
        continuing.heal();
        afresh.heal();
    }

    private List<JsonNode> ask(String provider) {
        return client.chat("r1", object().put("text", "hello").put("model", provider + "/scripted"))
                .all("r1");
    }

    private static void assertResumed(List<JsonNode> events, int attempts) {
        JsonNode complete = last(events);
        assertThat(text(events)).isEqualTo(SIXTY);
        assertThat(complete.path("status").asText()).isEqualTo("complete");
        assertThat(complete.at("/metadata/resumed").asBoolean()).isTrue();
        assertThat(complete.at("/metadata/attempts").asInt()).isEqualTo(attempts);
    }

    private static void assertInterrupted(List<JsonNode> events) {
        assertThat(text(events)).isEqualTo(FORTY);
        assertThat(last(events).at("/error/code").asText()).isEqualTo("stream_interrupted");
        assertThat(last(events).at("/error/partial").asBoolean()).isTrue();
    }

    static Stream<Fault> breaks() {
        return Stream.of(
                new Cut(40, Cut.How.END),
                new Cut(40, Cut.How.CLOSE),
                new Cut(40, Cut.How.RESET),
                new Fault.Stall(40),
                new Fault.Garbage(40, "{rubbish\n"),
                new Fault.ErrorLine(40, "the runner died"));
    }

    @ParameterizedTest
    @MethodSource("breaks")
    void aServerThatContinuesGivesTheRestOfTheAnswerAndEachTokenOnce(Fault fault) {
        int before = continuing.questions().size();
        continuing.next(fault);

        List<JsonNode> events = ask("continuing");

        assertResumed(events, 2);
        List<Call> calls = continuing.questions();
        assertThat(calls).hasSize(before + 2);
        JsonNode messages = calls.get(calls.size() - 1).json().path("messages");
        assertThat(messages.get(messages.size() - 1).path("role").asText()).isEqualTo("assistant");
        assertThat(messages.get(messages.size() - 1).path("content").asText()).isEqualTo(FORTY);
    }

    @Test
    void anAnswerThatBreaksOffTwiceIsResumedTwice() {
        continuing.next(new Cut(20, Cut.How.CLOSE), new Cut(20, Cut.How.CLOSE));

        assertResumed(ask("continuing"), 3);
    }

    @Test
    void theServerMayBeAwayForAMomentInBetween() {
        continuing.next(new Cut(40, Cut.How.CLOSE), Fault.status(503));

        assertResumed(ask("continuing"), 3);
    }

    @Test
    void theNextProviderGoesOnWithItWhereTheFirstIsGoneForGood(@TempDir Path ownFolder) {
        try (ScriptedModel dying = sixty();
                ScriptedModel next = sixty();
                TestApp pair = TestApp.in(ownFolder)
                        .ollama("dying", dying.url(), "max-retries=1")
                        .ollama("next", next.url())
                        .start();
                ChatClient caller = pair.connect()) {
            dying.next(new Cut(40, Cut.How.CLOSE), Fault.status(503));

            List<JsonNode> events = caller.chat("r1", "hello").all("r1");

            assertResumed(events, 3);
            assertThat(last(events).at("/metadata/provider").asText()).isEqualTo("next");
        }
    }

    private static ScriptedModel sixty() {
        return ScriptedModel.builder()
                .script(Script.always(Reply.of(Words.of(SIXTY), Pace.AT_ONCE)).continuing())
                .start();
    }

    @Test
    void theAnswerEndsThereWhereItIsSwitchedOff() {
        int before = continuing.questions().size();
        continuing.next(new Cut(40, Cut.How.CLOSE));

        assertInterrupted(ask("off"));
        assertThat(continuing.questions()).hasSize(before + 1);
    }

    @Test
    void theAnswerEndsThereWhereTheServerBeginsItAfresh() {
        int before = afresh.questions().size();
        afresh.next(new Cut(40, Cut.How.CLOSE));

        assertInterrupted(ask("afresh"));
        assertThat(afresh.questions()).hasSize(before + 2);
    }

    @Test
    void theAnswerEndsThereWhereTheServerWillNotHaveItsOwnBeginning() {
        continuing.next(new Cut(40, Cut.How.CLOSE), Fault.status(400));

        assertInterrupted(ask("continuing"));
    }

    @Test
    void theAnswerEndsThereWhereItHasAFixedFormat() {
        int before = continuing.questions().size();
        continuing.next(new Cut(40, Cut.How.CLOSE));

        List<JsonNode> events = client.chat(
                        "r1",
                        object().put("text", "hello")
                                .put("model", "continuing/scripted")
                                .put("format", "json"))
                .all("r1");

        assertThat(last(events).at("/error/code").asText()).isEqualTo("stream_interrupted");
        assertThat(continuing.questions()).hasSize(before + 1);
    }

    @Test
    void theAnswerIsBegunAnewForACallerWhoWantsItAsOneChunk() {
        continuing.next(new Cut(40, Cut.How.CLOSE));

        List<JsonNode> events = client.chat(
                        "r1",
                        object().put("text", "hello")
                                .put("model", "continuing/scripted")
                                .put("stream", false))
                .all("r1");

        assertThat(text(events)).as("%s", events).isEqualTo(SIXTY);
        assertThat(last(events).at("/metadata/resumed").asBoolean()).isFalse();
    }
}
