package io.caravan.batch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.failure.RejectedException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchFileTest {

    @TempDir
    Path folder;

    private static String line(String id) {
        return "{\"custom_id\":\"" + id + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{}}";
    }

    private BatchFile check(String content) throws IOException {
        return BatchFile.check(Files.writeString(folder.resolve("in.jsonl"), content));
    }

    private void refused(String content, String... words) {
        assertThatThrownBy(() -> check(content))
                .isInstanceOf(RejectedException.class)
                .message()
                .contains(words);
    }

    @Test
    void countsRequestsAndIsKnownByItsContent() throws IOException {
        BatchFile two = check(line("a") + "\n" + line("b") + "\n");

        assertThat(two.lines()).isEqualTo(2);
        assertThat(two.id()).hasSize(64);
        assertThat(check(line("a") + "\n" + line("b") + "\n")).isEqualTo(two);
        assertThat(check(line("a") + "\n" + line("c") + "\n").id()).isNotEqualTo(two.id());
    }

    @Test
    void readsFilesAsEditorsLeaveThem() throws IOException {
        BatchFile file = check("\uFEFF" + line("a") + "\r\n\r\n  \n" + line("ü😀") + "\r\n\n" + line("c"));

        assertThat(file.lines()).isEqualTo(3);
    }

    @Test
    void numbersLinesAsAnEditorDoes() throws IOException {
        Path file = Files.writeString(folder.resolve("in.jsonl"), "\n" + line("a") + "\n\n" + line("b"));

        try (BatchLines lines = BatchLines.of(file)) {
            assertThat(lines).toIterable().extracting(BatchLine::number).containsExactly(2, 4);
        }
    }

    @Test
    void refusesAFileWithoutARequest() {
        refused("", "empty");
        refused("\n \n", "empty");
    }

    @Test
    void refusesACustomIdThatIsThereTwice() {
        refused(line("a") + "\n\n" + line("b") + "\n" + line("a"), "line 4", "\"a\"", "line 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "[]|JSON",
                "{|JSON",
                "{\"custom_id\":\"x\"} {}|JSON",
                "hello|JSON",
                "{\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{}}|custom_id",
                "{\"custom_id\":7,\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{}}|custom_id",
                "{\"custom_id\":\"\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{}}|custom_id",
                "{\"custom_id\":\"a\\u0000\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\"}|custom_id",
                "{\"custom_id\":\"a\\ud800\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\"}|custom_id",
                "{\"custom_id\":\"x\",\"method\":\"GET\",\"url\":\"/v1/chat/completions\",\"body\":{}}|method",
                "{\"custom_id\":\"x\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{}}|/v1/chat/completions",
                "{\"custom_id\":\"x\",\"method\":\"POST\",\"body\":{}}|url",
            })
    void refusesWhatIsNoRequestWithTheNumberOfItsLine(String wrong, String named) {
        refused(line("good") + "\n" + wrong + "\n", "line 2", named);
    }

    @Test
    void refusesWhatIsNoUtf8() throws IOException {
        Path file = folder.resolve("in.jsonl");
        Files.write(file, (line("a") + "\n" + line("\u00e9")).getBytes(ISO_8859_1));

        assertThatThrownBy(() -> BatchFile.check(file))
                .isInstanceOf(RejectedException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("UTF-8");
    }

    @Test
    void refusesALineThatIsTooLong() {
        refused(
                line("a") + "\n" + line("b").replace("{}", "\"" + "x".repeat(5 * 1024 * 1024) + "\""),
                "line 2",
                "4 MiB");
    }

    @Test
    void takesFiftyThousandRequestsAndNotOneMore() throws IOException {
        Path file = folder.resolve("in.jsonl");
        try (BufferedWriter out = Files.newBufferedWriter(file, UTF_8)) {
            for (int i = 1; i <= 50_000; i++) {
                out.write(line("id-" + i) + "\n");
            }
        }
        assertThat(BatchFile.check(file).lines()).isEqualTo(50_000);

        Files.writeString(file, line("one more"), java.nio.file.StandardOpenOption.APPEND);

        assertThatThrownBy(() -> BatchFile.check(file)).hasMessageContaining("line 50001");
    }
}
