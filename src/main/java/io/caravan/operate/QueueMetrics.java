package io.caravan.operate;

import io.caravan.failure.ErrorCode;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The figures of prompts from the queue. Thread-safe. */
public final class QueueMetrics {

    private final MeterRegistry registry;
    private final AtomicInteger inFlight = new AtomicInteger();

    public QueueMetrics(MeterRegistry registry) {
        this.registry = registry;
        gauge(
                "caravan.queue.in.flight",
                "Prompts of the queue that are being answered or wait for a model",
                inFlight::get);
        for (String counter : new String[] {"done", "dead.lettered", "redelivered"}) {
            registry.counter("caravan.queue." + counter);
        }
    }

    /** How many messages are in a queue; not a number where that cannot be told. */
    public void depth(String queue, Supplier<OptionalLong> messages) {
        Gauge.builder("caravan.queue.depth", () -> {
                    OptionalLong depth = messages.get();
                    return depth.isPresent() ? depth.getAsLong() : Double.NaN;
                })
                .description("Messages in the queue, those included that are being worked on")
                .tag("queue", queue)
                .register(registry);
    }

    /** How many prompts wait for a model that is away. */
    public void waiting(Supplier<Number> prompts) {
        gauge("caravan.queue.waiting", "Prompts of the queue that wait for a model that is away", prompts);
    }

    /** A prompt was taken from the queue. */
    public void taken(boolean again) {
        inFlight.incrementAndGet();
        if (again) {
            registry.counter("caravan.queue.redelivered").increment();
        }
    }

    /** What was taken has been answered, set aside or given back. */
    public void left() {
        inFlight.decrementAndGet();
    }

    /** A prompt was answered. */
    public void done() {
        registry.counter("caravan.queue.done").increment();
    }

    /** A prompt was answered with an error, and set aside. */
    public void setAside(ErrorCode why) {
        registry.counter("caravan.queue.failed", "error.type", why.wireName()).increment();
        registry.counter("caravan.queue.dead.lettered").increment();
    }

    private void gauge(String name, String what, Supplier<Number> value) {
        Gauge.builder(name, value).description(what).register(registry);
    }
}
