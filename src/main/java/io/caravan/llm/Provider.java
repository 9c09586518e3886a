package io.caravan.llm;

import io.caravan.settings.ProviderSettings;

/** A configured server that answers: how it is reached, and what it speaks. */
public record Provider(ProviderSettings settings, Dialect dialect) {

    public String name() {
        return settings.name();
    }
}
