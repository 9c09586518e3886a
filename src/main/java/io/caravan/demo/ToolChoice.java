package io.caravan.demo;

import io.caravan.demo.Question.Tool;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Which tool a question asks for: the first with a word of its name or description in the prompt. */
final class ToolChoice {

    private static final Set<String> TOO_COMMON = Set.of(
            "the", "and", "for", "get", "has", "its", "that", "this", "what", "when", "where", "which", "with", "from",
            "into", "are", "you", "your", "tool", "returns", "return", "given", "one", "all", "any", "can", "how",
            "why", "will");

    private ToolChoice() {}

    /** The call the scripted model makes, if one of the tools fits. */
    static Optional<ToolCall> of(Question question) {
        Set<String> asked = words(question.prompt());
        return question.tools().stream()
                .filter(tool ->
                        words(tool.name() + " " + tool.description()).stream().anyMatch(asked::contains))
                .findFirst()
                .map(tool -> call(tool, question.prompt()));
    }

    private static ToolCall call(Tool tool, String prompt) {
        return new ToolCall(id(), tool.name(), SchemaSample.of(tool.parameters(), prompt));
    }

    private static String id() {
        long random = ThreadLocalRandom.current().nextLong(2_821_109_907_456L); // 36 to the power of 8
        return "call_" + String.format("%8s", Long.toString(random, 36)).replace(' ', '0');
    }

    private static Set<String> words(String text) {
        Set<String> words =
                new HashSet<>(Arrays.asList(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")));
        words.removeIf(word -> word.length() < 3 || TOO_COMMON.contains(word));
        return words;
    }
}
