package io.caravan.tool;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names and patterns of tools: {@code *} stands for any number of characters, all else for itself. Immutable. */
public final class NamePatterns {

    private final List<String> patterns;
    private final List<Pattern> compiled;

    public NamePatterns(List<String> patterns) {
        this.patterns = List.copyOf(patterns);
        this.compiled = patterns.stream().map(NamePatterns::compile).toList();
    }

    /** Whether one of them fits the name. */
    public boolean fit(String name) {
        return compiled.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }

    /** Those that fit none of the names. */
    public List<String> fittingNone(List<String> names) {
        return patterns.stream()
                .filter(text -> names.stream().noneMatch(compile(text).asMatchPredicate()))
                .toList();
    }

    private static Pattern compile(String text) {
        return Pattern.compile(
                List.of(text.split("\\*", -1)).stream().map(Pattern::quote).collect(Collectors.joining(".*")));
    }
}
