package io.caravan.llm;

import io.caravan.settings.ProviderSettings;
import io.caravan.settings.Secret;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A configured server that answers: how it is reached, and what it speaks. */
public record Provider(ProviderSettings settings, Dialect dialect) {

    public String name() {
        return settings.name();
    }

    /**
     * The headers of each call: those of the dialect, and those of the settings, which win where both name the same one.
     *
     * @param reveal what a key or a header's value is
     */
    public Map<String, String> headers(Function<Secret, String> reveal) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(dialect.headers(settings.apiKey().map(reveal)));
        settings.headers().forEach((name, value) -> headers.put(name, reveal.apply(value)));
        return headers;
    }
}
