package io.caravan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.camel.InboxLook;
import io.caravan.demo.Fault;
import io.caravan.demo.Fault.Cut;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.CapturedLog;
import io.caravan.testing.ChatClient;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of prompt files: inbox, growing answer, answer, done or failed. */
class FileDoorTest {

    @TempDir
    Path folder;

    ScriptedModel model;
    TestApp app;

    @BeforeEach
    void start() {
        model = ScriptedModel.builder()
                .script(question ->
                        Reply.of(Words.of("an answer to " + question.prompt().strip()), Pace.AT_ONCE))
                .start();
        app = open();
    }

    private TestApp open() {
        return TestApp.in(folder).ollama(model, "max-retries=0").start();
    }

    @AfterEach
    void stop() {
        app.close();
        model.close();
    }

    @Test
    void answersGrowAndGetTheirNameWhenTheyAreWhole() throws Exception {
        model.next(new Fault.Pause(2, Duration.ofSeconds(4)));

        app.drop("sky.txt", "blue");

        await().untilAsserted(() -> assertThat(app.outbox("sky.md.partial")).hasContent("an answer"));
        assertThat(app.inbox("sky.txt")).exists();
        assertThat(app.outbox("sky.md")).doesNotExist();
        await().until(() -> Files.exists(app.done("sky.txt")));
        assertThat(app.outbox("sky.md")).hasContent("an answer to blue");
        assertThat(app.done("sky.txt")).hasContent("blue");
        assertThat(app.inbox("sky.txt")).doesNotExist();
        assertThat(app.outbox("sky.md.partial")).doesNotExist();
    }

    @Test
    void takesEveryPromptItIsGivenAndOverwritesNothing() throws Exception {
        Files.createDirectories(folder.resolve("outbox"));
        Files.createDirectories(folder.resolve("done"));
        Files.writeString(folder.resolve("outbox/taken.md"), "somebody's");
        Files.writeString(folder.resolve("done/taken.txt"), "an earlier one");
        Files.writeString(folder.resolve("outbox/left.md.partial"), "left behind by a crash");

        app.drop("same.txt", "text");
        app.drop("same.md", "mark");
        app.drop("taken.txt", "taken");
        app.drop("left.txt", "left");
        app.drop("UPPER.TXT", "upper");
        app.drop("note.json", "{}");
        app.drop("b.ü c.md", "é 😀");

        await().untilAsserted(() -> assertThat(names("inbox")).containsExactly("note.json"));
        assertThat(names("outbox"))
                .containsExactlyInAnyOrder(
                        "same.md", "same-2.md", "taken.md", "taken-2.md", "left.md", "UPPER.md", "b.ü c.md");
        assertThat(List.of(Files.readString(app.outbox("same.md")), Files.readString(app.outbox("same-2.md"))))
                .containsExactlyInAnyOrder("an answer to text", "an answer to mark");
        assertThat(app.outbox("taken.md")).hasContent("somebody's");
        assertThat(app.outbox("taken-2.md")).hasContent("an answer to taken");
        assertThat(app.outbox("left.md")).hasContent("an answer to left");
        assertThat(app.outbox("b.ü c.md")).hasContent("an answer to é 😀");
        assertThat(app.done("taken.txt")).hasContent("an earlier one");
        assertThat(app.done("taken-2.txt")).hasContent("taken");
        assertThat(names("failed")).isEmpty();
    }

    @Test
    void leavesTheMarkBeforeATextOut() throws Exception {
        app.drop("marked.txt", "\uFEFFblue");
        app.drop("only.txt", "\uFEFF");

        await().untilAsserted(() -> assertThat(names("inbox")).isEmpty());
        assertThat(model.questions())
                .singleElement()
                .satisfies(call -> assertThat(call.body()).contains("\"blue\"").doesNotContain("\uFEFF"));
        assertThat(report("only.txt").at("/error/code").asText()).isEqualTo("invalid_request");
        assertThat(report("only.txt").at("/error/message").asText()).contains("empty");
    }

    @Test
    void saysOnceOfWhatIsNoPromptThatItIsLeftAlone() throws Exception {
        try (CapturedLog log = CapturedLog.listen()) {
            Files.createDirectory(app.inbox("folder"));
            app.drop("note.json", "{}");
            app.drop(".hidden", "{}");
            String look = InboxLook.class.getName();

            assertThat(log.await(look, "note.json")).startsWith("WARN").contains("*.txt and *.md");
            assertThat(log.await(look, "folder")).startsWith("WARN").contains("not looked into");
            app.drop("after.txt", "blue");
            await().until(() -> Files.exists(app.done("after.txt")));
            assertThat(log.lines(look)).hasSize(2);
        }
        assertThat(names("inbox")).containsExactlyInAnyOrder("folder", "note.json");
    }

    @Test
    void keepsWhatFailedWithItsCauseBesideIt() throws Exception {
        model.when(call -> call.body().contains("refused"), Fault.status(400));
        model.when(call -> call.body().contains("broken"), new Cut(2, Cut.How.RESET));

        app.drop("refused.txt", "refused");
        app.drop("broken.txt", "broken");
        app.drop("empty.txt", "");
        app.drop("latin.txt", new byte[] {'c', 'a', 'f', (byte) 0xe9});
        app.drop("huge.txt", "x".repeat(5 * 1024 * 1024));

        await().untilAsserted(() -> assertThat(names("inbox")).isEmpty());
        assertThat(names("failed"))
                .containsExactlyInAnyOrder(
                        "refused.txt",
                        "refused.txt.error.json",
                        "broken.txt",
                        "broken.txt.error.json",
                        "broken.txt.partial.md",
                        "empty.txt",
                        "empty.txt.error.json",
                        "latin.txt",
                        "latin.txt.error.json",
                        "huge.txt",
                        "huge.txt.error.json");
        JsonNode refused = report("refused.txt");
        assertThat(refused.at("/source").asText()).isEqualTo("refused.txt");
        assertThat(refused.at("/error/code").asText()).isEqualTo("invalid_request");
        assertThat(refused.at("/error/retryable")).isEqualTo(ChatClient.json("false"));
        assertThat(refused.has("partial_answer")).isFalse();
        JsonNode broken = report("broken.txt");
        assertThat(broken.at("/error/code").asText()).isEqualTo("stream_interrupted");
        assertThat(broken.at("/error/partial")).isEqualTo(ChatClient.json("true"));
        assertThat(broken.at("/partial_answer").asText()).isEqualTo("broken.txt.partial.md");
        assertThat(app.failed("broken.txt.partial.md")).hasContent("an answer");
        assertThat(report("empty.txt").at("/error/message").asText()).contains("empty");
        assertThat(report("latin.txt").at("/error/message").asText()).contains("UTF-8");
        assertThat(report("huge.txt").at("/error/message").asText()).contains("4 MiB");
        assertThat(names("outbox")).isEmpty();
        assertThat(app.failed("refused.txt")).hasContent("refused");
    }

    @Test
    void waitsUntilAPromptIsWrittenToItsEnd() throws Exception {
        Path growing = app.inbox("growing.txt");
        AtomicInteger written = new AtomicInteger();
        ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
        try {
            ScheduledFuture<?> writing = writer.scheduleAtFixedRate(
                    () -> write(growing, "word" + written.incrementAndGet() + " "), 0, 200, TimeUnit.MILLISECONDS);
            await().until(() -> written.get() >= 12);
            writing.cancel(false);
        } finally {
            writer.shutdown();
            assertThat(writer.awaitTermination(Patience.SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        }

        await().until(() -> Files.exists(app.outbox("growing.md")));
        assertThat(Files.readString(app.outbox("growing.md")))
                .contains("word1 ")
                .contains("word" + written.get());
        assertThat(model.questions()).hasSize(1);
    }

    @Test
    void asksAgainAfterAStopInMidAnswer() throws Exception {
        model.next(new Fault.Stall(2));
        app.drop("asked.txt", "again");
        await().untilAsserted(() -> assertThat(app.outbox("asked.md.partial")).hasContent("an answer"));
        app.drop("late.txt", "late");

        app.stop(Duration.ofMillis(1500));

        assertThat(names("inbox")).contains("asked.txt");
        assertThat(List.of(app.inbox("late.txt"), app.done("late.txt")))
                .filteredOn(Files::exists)
                .hasSize(1);
        assertThat(names("failed")).isEmpty();
        app = open();
        await().until(() -> Files.exists(app.done("asked.txt")) && Files.exists(app.done("late.txt")));
        assertThat(app.outbox("asked.md")).hasContent("an answer to again");
        assertThat(names("outbox")).containsExactlyInAnyOrder("asked.md", "late.md");
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private JsonNode report(String name) throws IOException {
        return ChatClient.json(Files.readString(app.failed(name + ".error.json")));
    }

    private List<String> names(String place) throws IOException {
        Path path = folder.resolve(place);
        if (!Files.exists(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList();
        }
    }

    @Test
    void asksNothingAgainAtOnceWhereTheWorkDirCannotBeWritten() throws Exception {
        Files.createDirectories(folder.resolve("failed"));
        Files.writeString(folder.resolve("outbox"), "not a folder");

        try (CapturedLog log = CapturedLog.listen()) {
            app.drop("x.txt", "hello");
            log.await("io.caravan.camel.FileSteps", "x.txt cannot be brought to an end, and is left alone for 1m");
            app.drop("y.txt", "another");
            log.await("io.caravan.camel.FileSteps", "y.txt cannot be brought to an end, and is left alone for 1m");

            assertThat(log.lines("io.caravan.camel.FileSteps")).hasSize(2);
        }
        assertThat(model.questions()).isEmpty();
        assertThat(names("inbox")).containsExactlyInAnyOrder("x.txt", "y.txt");
        assertThat(names("failed")).isEmpty();
    }

    @Test
    void asksAPromptThatWasWrittenOverTheOneUnderWay() throws Exception {
        model.next(new Fault.Pause(2, Duration.ofSeconds(4)));
        app.drop("x.txt", "first");
        await().untilAsserted(() -> assertThat(app.outbox("x.md.partial")).hasContent("an answer"));

        Files.writeString(app.inbox("x.txt"), "second, and longer");

        await().untilAsserted(() -> assertThat(names("outbox")).containsExactlyInAnyOrder("x.md", "x-2.md"));
        assertThat(app.outbox("x.md")).hasContent("an answer to first");
        assertThat(app.outbox("x-2.md")).hasContent("an answer to second, and longer");
    }

    @Test
    void publishesTheAnswerToAPromptThatWasTakenAwayMeanwhile() throws Exception {
        model.next(new Fault.Pause(2, Duration.ofSeconds(4)));

        try (CapturedLog log = CapturedLog.listen()) {
            app.drop("x.txt", "nobody");
            await().untilAsserted(() -> assertThat(app.outbox("x.md.partial")).hasContent("an answer"));
            Files.delete(app.inbox("x.txt"));

            await().untilAsserted(() -> assertThat(names("outbox")).doesNotContain("x.md.partial"));
            assertThat(names("failed")).isEmpty();
            assertThat(app.outbox("x.md")).hasContent("an answer to nobody");
            log.await("io.caravan.camel.OneLine", "x.txt is no longer there");
            assertThat(log.all()).doesNotContain("ERROR", "WARN");
        }
        assertThat(names("done")).isEmpty();
    }
}
