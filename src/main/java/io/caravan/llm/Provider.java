package io.caravan.llm;

import io.caravan.settings.ProviderSettings;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** A configured server that answers: how it is reached, and what it speaks. */
public record Provider(ProviderSettings settings, Dialect dialect) {

    public String name() {
        return settings.name();
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
