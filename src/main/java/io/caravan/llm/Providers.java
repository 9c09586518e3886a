package io.caravan.llm;

import io.caravan.failure.RejectedException;
import io.caravan.settings.ProviderSettings;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The configured providers, the default one first. Immutable. */
public final class Providers {

    private final Map<String, Provider> byName = new LinkedHashMap<>();
    private final Provider first;

    /** @param providers in the order of the setting {@code caravan.providers}, at least one */
    public Providers(List<Provider> providers) {
        providers.forEach(provider -> byName.put(provider.name(), provider));
        first = providers.get(0);
    }

    /** Those of the settings, each with what it speaks. */
    public static Providers of(List<ProviderSettings> settings) {
        return new Providers(settings.stream()
                .map(provider -> new Provider(provider, Dialects.of(provider)))
                .toList());
    }

    public Collection<Provider> all() {
        return byName.values();
    }

    /** The provider of this name, which must be configured. */
    public Provider named(String name) {
        Provider provider = byName.get(name);
        if (provider == null) {
            throw new IllegalArgumentException("no provider is called " + name);
        }
        return provider;
    }

    /**
     * Who answers a request for {@code model}: {@code provider/model} where the first segment is a configured provider,
     * else that model of the default provider, else the default provider's own.
     *
     * @throws RejectedException if no model is named anywhere
     */
    public Choice choose(Optional<String> model) {
        String wanted = model.orElse("");
        int slash = wanted.indexOf('/');
        @Nullable Provider named = slash < 0 ? byName.get(wanted) : byName.get(wanted.substring(0, slash));
        if (named != null && slash >= 0 && slash + 1 < wanted.length()) {
            return new Choice(named, wanted.substring(slash + 1));
        }
        if (!wanted.isEmpty() && (named == null || slash < 0)) {
            return new Choice(first, wanted);
        }
        Provider provider = named == null ? first : named;
        return new Choice(
                provider,
                provider.model()
                        .orElseThrow(() -> RejectedException.invalid("the request names no model, and caravan.provider."
                                + provider.name() + ".model is not set")));
    }

    /**
     * Those that may answer in place of {@code provider}: the ones behind it in the order of fallback that have a model of
     * their own, each with that model. None where the request named its provider: that one is wanted, and no other.
     *
     * @param asked the model the request named
     */
    public Stream<Choice> behind(String provider, Optional<String> asked) {
        boolean named = asked.filter(model -> model.indexOf('/') > 0)
                .filter(model -> byName.containsKey(model.substring(0, model.indexOf('/'))))
                .isPresent();
        return named
                ? Stream.empty()
                : byName.values().stream()
                        .dropWhile(before -> !before.name().equals(provider))
                        .skip(1)
                        .flatMap(next -> next.model().map(model -> new Choice(next, model)).stream());
    }

    /** A provider and the model it is asked for, as that provider calls it. */
    public record Choice(Provider provider, String model) {}
}
