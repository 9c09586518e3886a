package io.caravan.llm;

import io.caravan.limit.Concurrency;
import io.caravan.limit.FewNames;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** How many calls each model of a provider bears at the same time. Thread-safe. */
public final class ModelConcurrency {

    /** A caller may name any model; those beyond the first share one limit. */
    private final FewNames names = new FewNames();

    private final Map<String, Concurrency> models = new ConcurrentHashMap<>();
    private volatile BiConsumer<String, Concurrency> observer = (model, concurrency) -> {};

    /** Tells of each model once, when it has answered: a caller may make names up. */
    public void observe(BiConsumer<String, Concurrency> each) {
        observer = each;
    }

    Concurrency of(String model) {
        return models.computeIfAbsent(
                names.of(model), name -> new Concurrency(() -> observer.accept(name, models.get(name))));
    }
}
