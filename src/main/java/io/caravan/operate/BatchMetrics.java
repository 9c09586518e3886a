package io.caravan.operate;

import io.caravan.batch.Batches;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** The figures of batches: those that this process has taken in, and the lines that it works off. */
public final class BatchMetrics {

    private final MeterRegistry registry;

    public BatchMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Shows them from now on. */
    public void measure(Batches batches) {
        Gauge.builder("caravan.batches.running", () -> batches.watch().watched())
                .description("Batches of this process that are not finished")
                .register(registry);
        Gauge.builder("caravan.batch.lines.in.flight", () -> batches.inFlight().size())
                .description("Lines that are being answered")
                .register(registry);
        lines(batches, "done", "Lines that were answered", Batches::answers);
        lines(batches, "failed", "Lines that became error lines", Batches::failures);
        lines(batches, "retried", "Times that a line was put back, to be asked again", Batches::retries);
    }

    private void lines(Batches batches, String what, String description, ToDoubleFunction<Batches> count) {
        FunctionCounter.builder("caravan.batch.lines." + what, batches, count)
                .description(description)
                .register(registry);
    }
}
