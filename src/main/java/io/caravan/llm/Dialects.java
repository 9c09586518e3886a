package io.caravan.llm;

import io.caravan.settings.ProviderType;

/** The dialect that servers of a type speak. */
public final class Dialects {

    private Dialects() {}

    /** A further dialect is one class and one line here. */
    public static Dialect of(ProviderType type) {
        return switch (type) {
            case OLLAMA -> new Ollama();
            case OPENAI -> new OpenAi();
            case ANTHROPIC -> new Anthropic();
            case GEMINI -> new Gemini();
        };
    }
}
