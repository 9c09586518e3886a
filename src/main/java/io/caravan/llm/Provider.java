package io.caravan.llm;

import io.caravan.dialect.Dialect;
import io.caravan.settings.ProviderSettings;
import io.caravan.settings.Secret;
import io.caravan.settings.ServerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

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

    /**
     * The headers of each call to one of its servers: those of the dialect, and those of the settings, which win where both name the same one.
     *
     * @param reveal what a key or a header's value is
     */
    public Map<String, String> headers(ServerAddress server, Function<Secret, String> reveal) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(dialect.headers(server.apiKey().map(reveal)));
        settings.headers().forEach((name, value) -> headers.put(name, reveal.apply(value)));
        return headers;
    }

    /**
     * The models it has, in its order.
     *
     * @param list its own list, which is not read where it has none
     */
    public List<String> models(InputStream list) throws IOException {
        return dialect.modelsPath().isEmpty() ? model().stream().toList() : dialect.models(list);
    }

    /** The model of a request that names none: the one that is set, or the only one there is. */
    public Optional<String> model() {
        return settings.model().or(dialect::onlyModel);
    }
}
