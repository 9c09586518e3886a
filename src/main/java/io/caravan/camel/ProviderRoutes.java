package io.caravan.camel;

import io.caravan.camel.reload.TemplateInstance;
import io.caravan.llm.Dialects;
import io.caravan.settings.ProviderSettings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The routes that each provider has of its own, made from the templates in the route files. */
public final class ProviderRoutes {

    private ProviderRoutes() {}

    /** Each provider's {@code llm-NAME}, which asks it, and {@code models-NAME}, which lists its models. */
    public static List<TemplateInstance> of(List<ProviderSettings> providers) {
        return providers.stream()
                .flatMap(provider -> Stream.of(llm(provider), models(provider)))
                .toList();
    }

    private static TemplateInstance llm(ProviderSettings provider) {
        String type = provider.type().name().toLowerCase(Locale.ROOT);
        return new TemplateInstance("llm-" + provider.name(), "llm-" + type, Map.of("provider", provider.name()));
    }

    private static TemplateInstance models(ProviderSettings provider) {
        String route = "models-" + provider.name();
        return ModelListPath.of(Dialects.of(provider))
                .map(list -> new TemplateInstance(
                        route, "models-of", Map.of("provider", provider.name(), "path", list.path())))
                .orElseGet(
                        () -> new TemplateInstance(route, "models-without-list", Map.of("provider", provider.name())));
    }
}
