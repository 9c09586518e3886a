package io.caravan.packaged;

import io.caravan.reliability.QueueBooks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;

/**
 * What a kill test has counted.
 *
 * @param failed answered with an error
 * @param dead set aside
 * @param besides what else there is to say
 */
record Figures(
        String what, int kills, QueueBooks.Verdict verdict, int failed, int dead, Duration time, String besides) {

    private static final String HEAD = """
            | | Prompts | Kills | Lost | Answered twice | Calls repeated | Failed | Set aside | Time | Besides |
            |---|---|---|---|---|---|---|---|---|---|
            """;

    /** Prints them as a line, and adds them to a table in Markdown. */
    void publish(Path file) {
        System.out.println(line());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            if (Files.notExists(file)) {
                Files.writeString(file, HEAD);
            }
            Files.writeString(file, row(), StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() {
        return said(
                "%s: %d prompts, %d kills, %d lost, %d answered twice, %d calls repeated, %d failed, %d set aside, %.0f s%s",
                besides.isEmpty() ? "" : "; " + besides);
    }

    private String row() {
        return said("| %s | %,d | %d | %d | %d | %d | %d | %d | %.0f s | %s |%n", besides);
    }

    private String said(String format, String end) {
        return String.format(
                Locale.ROOT,
                format,
                what,
                verdict.acknowledged(),
                kills,
                verdict.lost().size(),
                verdict.twice().size(),
                verdict.repeatedCalls(),
                failed,
                dead,
                time.toMillis() / 1e3,
                end);
    }
}
