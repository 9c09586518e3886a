package io.caravan.settings;

import java.net.URI;
import java.util.Optional;

/** The wire protocols a provider may speak. */
public enum ProviderType {
    OLLAMA("http://localhost:11434"),
    OPENAI("https://api.openai.com/v1"),
    ANTHROPIC("https://api.anthropic.com"),
    GEMINI("https://generativelanguage.googleapis.com"),
    AGENT;

    private final Optional<URI> defaultUrl;

    /** Such servers are anywhere. */
    ProviderType() {
        this.defaultUrl = Optional.empty();
    }

    ProviderType(String defaultUrl) {
        this.defaultUrl = Optional.of(URI.create(defaultUrl));
    }

    /** What its answers that break off are known to bear: Ollama continues the last message where it is the assistant's. */
    public ResumeMode resume() {
        return this == OLLAMA ? ResumeMode.PREFIX : ResumeMode.OFF;
    }

    /** Where such a server usually is, if anywhere. */
    public Optional<URI> defaultUrl() {
        return defaultUrl;
    }

    static ValueType<ProviderType> type() {
        return ValueType.oneOf(ProviderType.class);
    }
}
