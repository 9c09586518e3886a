package io.caravan.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What came of each case: {@code pass} if all its rows passed, {@code partial} if some did, else {@code fail}. */
final class Card {

    private record Result(Row row, boolean passed, String figures) {}

    private final Map<String, List<Result>> cases = new TreeMap<>(Comparator.comparing(Card::serversFirst));

    private static String serversFirst(String id) {
        return (id.startsWith("S") ? "0" : "1") + id;
    }

    /** A row has been played. */
    synchronized void add(Row row, boolean passed, String figures) {
        cases.computeIfAbsent(row.id(), any -> new ArrayList<>()).add(new Result(row, passed, figures));
    }

    /** A small table for a terminal: a line a case, the failed rows below it. */
    synchronized String plain() {
        StringBuilder text = new StringBuilder("The failure catalogue: " + summary() + "\n");
        cases.forEach((id, results) -> {
            text.append(String.format("  %-5s %-8s %s%n", id, verdict(results), passed(results)));
            results.stream()
                    .filter(result -> !result.passed())
                    .forEach(result -> text.append("        x ")
                            .append(result.row().sentence())
                            .append(": ")
                            .append(result.figures())
                            .append('\n'));
        });
        return text.toString();
    }

    /** The same with every row, as Markdown. */
    synchronized String markdown() {
        StringBuilder text =
                new StringBuilder("# The card: " + summary() + "\n\n| Case | | Row | Figures |\n|---|---|---|---|\n");
        cases.forEach((id, results) -> results.forEach(result -> text.append("| ")
                .append(id)
                .append(" | ")
                .append(result.passed() ? "pass" : "**fail**")
                .append(" | ")
                .append(result.row().sentence())
                .append(" | ")
                .append(result.figures().replace("|", "\\|"))
                .append(" |\n")));
        return text.toString();
    }

    /** Prints the table, and writes the other one to a file. */
    void publish(Path file) throws IOException {
        System.out.println(plain());
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, markdown());
    }

    private String summary() {
        Map<String, Long> counts = cases.values().stream()
                .collect(Collectors.groupingBy(Card::verdict, TreeMap::new, Collectors.counting()));
        return counts.getOrDefault("pass", 0L) + " pass, " + counts.getOrDefault("partial", 0L) + " partial, "
                + counts.getOrDefault("fail", 0L) + " fail";
    }

    private static String verdict(List<Result> results) {
        long passed = results.stream().filter(Result::passed).count();
        return passed == results.size() ? "pass" : passed == 0 ? "fail" : "partial";
    }

    private static String passed(List<Result> results) {
        return results.stream().filter(Result::passed).count() + " of " + results.size() + " rows";
    }
}
