package io.caravan.llm;

import io.caravan.settings.ProviderSettings;

/** A configured provider: how it is called, what it speaks, its servers, and how much it takes. */
public record Provider(ProviderSettings settings, Dialect dialect, Servers servers, Limits limits) {

    public Provider(ProviderSettings settings, Dialect dialect) {
        this(settings, dialect, Servers.of(settings));
    }

    private Provider(ProviderSettings settings, Dialect dialect, Servers servers) {
        this(settings, dialect, servers, new Limits(settings, servers));
    }

    public String name() {
        return settings.name();
    }
}
