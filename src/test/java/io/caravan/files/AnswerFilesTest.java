package io.caravan.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.failure.RejectedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerFilesTest {

    @TempDir
    Path work;

    AnswerFiles files;

    @BeforeEach
    void make() {
        files = new AnswerFiles(work);
    }

    @Test
    void growsAnAnswerAndGivesItItsNameAtItsEnd() {
        String answer = files.begin("a.txt");
        files.append(answer, "one");
        files.append(answer, " twö");
        assertThat(work.resolve("outbox/a.md.partial")).hasContent("one twö");

        Path place = files.publish(answer, "a.txt", false);

        assertThat(work.resolve("outbox/a.md")).hasContent("one twö");
        assertThat(work.resolve("outbox/a.md.partial")).doesNotExist();
        assertThat(place).isEqualTo(work.resolve("done/a.txt").toAbsolutePath());
    }

    @Test
    void givesNoNameTwiceAlsoWhileAnswersGrow() throws Exception {
        String first = files.begin("a.txt");
        String second = files.begin("a.md");
        files.append(first, "first");
        files.append(second, "second");
        files.publish(second, "a.md", false);
        files.publish(first, "a.txt", false);

        assertThat(work.resolve("outbox/a.md")).hasContent("first");
        assertThat(work.resolve("outbox/a-2.md")).hasContent("second");
        Files.createDirectories(work.resolve("done"));
        Files.writeString(work.resolve("done/a.txt"), "");
        assertThat(files.publish(files.begin("a.txt"), "a.txt", false)).hasFileName("a-2.txt");
        assertThat(work.resolve("outbox/a-3.md")).exists();
    }

    @Test
    void beginsAnewOverWhatACrashLeftBehind() throws Exception {
        Files.createDirectories(work.resolve("outbox"));
        Files.writeString(work.resolve("outbox/a.md.partial"), "half an ans");

        files.publish(files.begin("a.txt"), "a.txt", false);

        assertThat(work.resolve("outbox/a.md")).isEmptyFile();
    }

    @Test
    void keepsTheCauseAndWhatThereIsOfAnAnswerWhereThePromptGoes() throws Exception {
        String answer = files.begin("a.txt");
        files.append(answer, "half");

        Path place = files.fail(answer, "a.txt", RejectedException.invalid("no \"good\""));

        assertThat(place).isEqualTo(work.resolve("failed/a.txt").toAbsolutePath());
        assertThat(work.resolve("failed/a.txt.partial.md")).hasContent("half");
        assertThat(Files.readString(work.resolve("failed/a.txt.error.json")))
                .contains("\"source\" : \"a.txt\"", "\"code\" : \"invalid_request\"", "no \\\"good\\\"")
                .contains("\"partial_answer\" : \"a.txt.partial.md\"");
        assertThat(work.resolve("outbox")).isEmptyDirectory();
        assertThat(files.begin("a.txt")).isEqualTo("a.md");
    }

    @Test
    void setsMessagesOfAFlowAsideEachUnderANameOfItsOwn() {
        byte[] message = "ticket".getBytes(StandardCharsets.UTF_8);

        files.setAside("in-tickets", "t.json", message, RejectedException.invalid("one"));
        files.setAside("in-tickets", "t.json", message, RejectedException.invalid("two"));

        assertThat(work.resolve("failed/in-tickets/t.json")).hasContent("ticket");
        assertThat(work.resolve("failed/in-tickets/t-2.json")).hasContent("ticket");
        assertThat(work.resolve("failed/in-tickets/t.json.error.json"))
                .content()
                .contains("one");
        assertThat(work.resolve("failed/in-tickets/t-2.json.error.json"))
                .content()
                .contains("two");
    }

    @Test
    void givesTheNameOfAMessageAgainThatAnOperatorHasTakenAway() throws Exception {
        byte[] message = "ticket".getBytes(StandardCharsets.UTF_8);
        files.setAside("in-tickets", "t.json", message, RejectedException.invalid("one"));
        Files.delete(work.resolve("failed/in-tickets/t.json"));
        Files.delete(work.resolve("failed/in-tickets/t.json.error.json"));

        files.setAside("in-tickets", "t.json", message, RejectedException.invalid("two"));

        assertThat(work.resolve("failed/in-tickets"))
                .isDirectoryContaining("glob:**/t.json")
                .isDirectoryNotContaining("glob:**/t-2.json");
    }

    @Test
    void lockedWorkDirIsRefusedToAnother() throws Exception {
        try (WorkDir locked = WorkDir.lock(work)) {
            assertThat(locked).isNotNull();
            org.assertj.core.api.Assertions.assertThatIOException()
                    .isThrownBy(() -> WorkDir.lock(work))
                    .withMessageContaining("caravan.work-dir")
                    .withMessageContaining(Long.toString(ProcessHandle.current().pid()));
        }
        WorkDir.lock(work).close();
    }
}
