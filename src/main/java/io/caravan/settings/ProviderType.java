package io.caravan.settings;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The wire protocols a provider may speak. */
public enum ProviderType {
    OLLAMA("http://localhost:11434"),
    OPENAI("https://api.openai.com/v1"),
    AGENT;

    private static final List<String> TO_COME = List.of("anthropic", "gemini");

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

    static boolean toCome(String name) {
        return TO_COME.contains(name.toLowerCase(Locale.ROOT));
    }

    static ValueType<ProviderType> type() {
        ValueType<ProviderType> known = ValueType.oneOf(ProviderType.class);
        return new ValueType<>(known.expected(), text -> {
            if (toCome(text)) {
                throw new Refusal("is not available in this version");
            }
            return known.parse(text);
        });
    }
}
