package io.caravan.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints the figures as Markdown, to be read as they come and to be pasted. */
final class Report {

    private final StringBuilder text = new StringBuilder();

    /** All that was printed. */
    String text() {
        return text.toString();
    }

    void heading(List<Jdk> jdks, int rounds) {
        line(
                "Date: %s (UTC). Machine: %s. Java of the programs under test: %s; of stub and load: %s. "
                        + "Medians of %d round(s), errors summed. Times in ms.",
                LocalDate.now(ZoneOffset.UTC),
                machine(),
                jdks.stream().map(Jdk::version).collect(Collectors.joining(", ")),
                Jdk.ours().version(),
                rounds);
    }

    void title(String title) {
        line("\n### %s\n", title);
    }

    /** A sentence of its own. */
    void note(String format, Object... values) {
        line("\n" + format, values);
    }

    void table(Map<String, Row> rows) {
        line(
                "| Target | Chunks/s | of direct | Delay p50 | p99 | Added p50 | p99 | First chunk p50 | p99 | Added p50 | p99 "
                        + "| Answers | Errors | Unserved streams | RSS MB | CPU s | CPU µs/chunk | of load | of stub |");
        line("|---" + "|--:".repeat(18) + "|");
        rows.forEach((name, row) -> line("%s", row(name, row, baseline(name, rows))));
        rows.forEach((name, row) -> {
            if (!row.firstError().isEmpty()) {
                note("First error of %s: %s", name, row.firstError());
            }
        });
    }

    void starts(Map<String, List<Double>> figures) {
        line("| Target | Start to ready p50 ms | RSS idle MB | CPU idle %% of a core |");
        line("|---|--:|--:|--:|");
        figures.forEach((name, values) ->
                line("| %s | %.0f | %.0f | %.2f |", name, values.get(0), values.get(1), values.get(2)));
    }

    void begins(Map<String, Row> rows) {
        line("| Target | Answers | First chunk p50 | p99 | CPU ms/answer | Errors |");
        line("|---|--:|--:|--:|--:|--:|");
        rows.forEach((name, row) -> line(
                "| %s | %.0f | %.2f | %.2f | %.2f | %.0f |",
                name, row.answers(), row.first50(), row.first99(), millisPerAnswer(row), row.errors()));
        rows.values().stream()
                .map(Row::firstError)
                .filter(error -> !error.isEmpty())
                .findFirst()
                .ifPresent(error -> note("First error: %s", error));
    }

    static double millisPerAnswer(Row row) {
        return 1e3 * row.cpuSeconds() / Math.max(1, row.answers());
    }

    /** What to subtract: the stub over the same protocol, or, if it was not measured, the row itself. */
    private static Row baseline(String name, Map<String, Row> rows) {
        return Stream.of(name.equals("peer") ? "direct, SSE" : "direct", name)
                .filter(rows::containsKey)
                .map(key -> Objects.requireNonNull(rows.get(key)))
                .findFirst()
                .orElseThrow();
    }

    private static String row(String name, Row row, Row direct) {
        String latencies = Stream.of(
                        row.delay50(),
                        row.delay99(),
                        row.delay50() - direct.delay50(),
                        row.delay99() - direct.delay99(),
                        row.first50(),
                        row.first99(),
                        row.first50() - direct.first50(),
                        row.first99() - direct.first99())
                .map(value -> Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.2f", value))
                .collect(Collectors.joining(" | "));
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %.1f %% | %s | %.0f | %.0f | %.0f | %.0f | %.2f | %.1f | %.1f | %.1f |",
                name,
                row.chunksPerSecond(),
                100 * row.chunksPerSecond() / direct.chunksPerSecond(),
                latencies,
                row.answers(),
                row.errors(),
                row.starved(),
                row.residentMegabytes(),
                row.cpuSeconds(),
                row.cpuMicrosPerChunk(),
                row.loadMicrosPerChunk(),
                row.stubMicrosPerChunk());
    }

    private void line(String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values);
        text.append(line).append('\n');
        System.out.println(line);
    }

    private static String machine() {
        return "%d processors (%s), %s %s, %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        first("/proc/cpuinfo", "model name"),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        first("/proc/meminfo", "MemTotal"));
    }

    private static String first(String file, String key) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
