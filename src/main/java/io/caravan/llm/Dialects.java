package io.caravan.llm;

import io.caravan.dialect.Dialect;
import io.caravan.dialect.agent.Agent;
import io.caravan.dialect.anthropic.Anthropic;
import io.caravan.dialect.gemini.Gemini;
import io.caravan.dialect.ollama.Ollama;
import io.caravan.dialect.openai.OpenAi;
import io.caravan.settings.ProviderSettings;

/** The dialect that a provider speaks. */
public final class Dialects {

    private Dialects() {}

    /** A further dialect is one package and one line here. */
    public static Dialect of(ProviderSettings provider) {
        return switch (provider.type()) {
            case OLLAMA -> new Ollama();
            case OPENAI -> new OpenAi(provider.streamOptions());
            case ANTHROPIC -> new Anthropic();
            case GEMINI -> new Gemini();
            case AGENT -> new Agent(provider.agent());
        };
    }
}
