package io.caravan.operate;

import io.caravan.limit.Admission;
import io.caravan.llm.Limits;
import io.caravan.llm.ModelConcurrency;
import io.caravan.llm.Server;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/** What is at this moment: requests that run and wait, connections, breakers. */
public final class Gauges {

    private final MeterRegistry registry;

    public Gauges(MeterRegistry registry) {
        this.registry = registry;
    }

    public void admission(Admission admission) {
        gauge("caravan.requests.running", "Requests that run", admission::running);
        gauge("caravan.requests.waiting", "Requests that wait for a place", admission::waiting);
    }

    public void breakers(CircuitBreakerRegistry breakers) {
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(registry);
    }

    public void connections(Supplier<Number> open, Supplier<Number> waitingBytes) {
        gauge("caravan.websocket.connections", "WebSocket connections", open);
        gauge("caravan.websocket.waiting.bytes", "Bytes of answers that callers have not read yet", waitingBytes);
    }

    /** Connections to one provider. */
    public void pool(String provider, Supplier<Number> leased, Supplier<Number> idle, Supplier<Number> pending) {
        pool("caravan.pool.leased", "Connections in use", provider, leased);
        pool("caravan.pool.idle", "Connections kept open for the next request", provider, idle);
        pool("caravan.pool.pending", "Requests that wait for a connection", provider, pending);
    }

    /** What waits until a provider takes more, and what was refused because that was too far away. */
    public void limits(String provider, Limits limits) {
        pool("caravan.limit.waiting", "Requests that wait until the provider takes more", provider, limits::waiting);
        FunctionCounter.builder("caravan.limit.refused", limits, Limits::refused)
                .description("Requests that would have waited too long until the provider takes more")
                .tag("gen_ai.provider.name", provider)
                .register(registry);
    }

    /** How many calls each model of a provider bears at the same time. */
    public void models(String provider, ModelConcurrency models) {
        models.observe((model, concurrency) -> {
            model(
                    provider,
                    model,
                    "caravan.limit.concurrency",
                    "Calls that the model is believed to bear",
                    concurrency::limit);
            model(provider, model, "caravan.limit.concurrency.running", "Calls that run", concurrency::running);
            model(
                    provider,
                    model,
                    "caravan.limit.concurrency.waiting",
                    "Calls in the background that wait for their turn",
                    concurrency::waiting);
        });
    }

    private void model(String provider, String model, String name, String what, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(what)
                .tag("gen_ai.provider.name", provider)
                .tag("gen_ai.request.model", model)
                .strongReference(true)
                .register(registry);
    }

    /** One of a provider's servers. */
    public void server(String provider, Server server) {
        server(
                provider,
                server,
                "caravan.server.in.flight",
                "Calls that the server has not answered yet",
                server::inFlight);
        server(
                provider,
                server,
                "caravan.server.set.aside",
                "1 while the server gets no calls",
                () -> server.setAside() ? 1 : 0);
    }

    private void server(String provider, Server server, String name, String what, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(what)
                .tag("gen_ai.provider.name", provider)
                .tag("server", Integer.toString(server.index() + 1))
                .tag("server.address", server.address().url().getAuthority())
                .strongReference(true)
                .register(registry);
    }

    private void pool(String name, String what, String provider, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(what)
                .tag("gen_ai.provider.name", provider)
                .register(registry);
    }

    private void gauge(String name, String what, Supplier<Number> value) {
        Gauge.builder(name, value).description(what).register(registry);
    }
}
