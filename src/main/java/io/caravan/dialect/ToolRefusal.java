package io.caravan.dialect;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whether a server says that a model cannot use tools. No status and no type is kept for that, so it is known by the words of
 * those servers that have clear ones.
 */
final class ToolRefusal {

    private static final String TOOLS = "(?:tools?(?: use| calling| calls)?|function calling|functions)";

    private static final List<Pattern> WORDS = List.of(
            // Ollama, DeepSeek, Bedrock
            Pattern.compile("\\b(?:does not|doesn't|do not) support " + TOOLS + "(?![\\w-])"),
            // OpenAI, Groq, DeepInfra; Mistral and Gemini say enabled
            Pattern.compile("\\b" + TOOLS + "[`'\"]? (?:is|are) not (?:supported|enabled)\\b"),
            // OpenRouter
            Pattern.compile("\\bno endpoints found that support tool use\\b"),
            // vLLM
            Pattern.compile("\\btool choice requires --enable-auto-tool-choice\\b"),
            // llama.cpp
            Pattern.compile("\\btools param requires --jinja\\b"));

    private ToolRefusal() {}

    static boolean is(ServerError error) {
        String message = error.message().toLowerCase(Locale.ROOT);
        return WORDS.stream().anyMatch(words -> words.matcher(message).find());
    }
}
