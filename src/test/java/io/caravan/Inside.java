package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.testing.TestApp;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.util.TimeValue;

/** What a running program holds: what must be nothing once its callers have their answers or have left. */
public final class Inside {

    private final TestApp app;
    private final Parts parts;

    private Inside(TestApp app) {
        this.app = app;
        this.parts = app.app().parts();
    }

    public static Inside of(TestApp app) {
        return new Inside(app);
    }

    /** Waits until no request, permit, timer or connection to a model is in use, and no map holds an entry of one. */
    public void awaitNoRequests() {
        await().untilAsserted(this::assertNoRequests);
    }

    /** The same, and no caller is connected either. */
    public void awaitPeace() {
        await().untilAsserted(() -> {
            assertNoRequests();
            assertThat(parts.inFlight().connections())
                    .as("connections in flight")
                    .isZero();
            assertThat(app.metric("caravan_websocket_connections", ""))
                    .as("websocket connections")
                    .isZero();
        });
    }

    /** Messages that began in this route and are under way. */
    public int underWay(String route) {
        return app.app().context().getInflightRepository().size(route);
    }

    private void assertNoRequests() {
        assertThat(parts.admission().running()).as("running").isZero();
        assertThat(parts.admission().waiting()).as("waiting").isZero();
        assertThat(parts.deadlines().pending()).as("timers").isZero();
        parts.providers().all().forEach(provider -> {
            var stats = parts.connections().stats(provider.name());
            assertThat(stats.getLeased()).as("leased of %s", provider.name()).isZero();
            assertThat(stats.getPending()).as("pending of %s", provider.name()).isZero();
        });
        AtomicInteger calls = new AtomicInteger();
        parts.inFlight().forEach(call -> calls.incrementAndGet());
        assertThat(calls).as("calls").hasValue(0);
        assertThat(app.app().context().getInflightRepository().size())
                .as("exchanges")
                .isZero();
    }

    /** The breaker of a provider. */
    public CircuitBreaker breaker(String provider) {
        return parts.breakers().of(provider);
    }

    /** Closes all breakers and all idle connections to models, as after a start. */
    public void reset() {
        parts.breakers().all().getAllCircuitBreakers().forEach(CircuitBreaker::reset);
        parts.connections().pool().closeIdle(TimeValue.ZERO_MILLISECONDS);
    }

    /** Connections to a provider that are kept for the next call. */
    public int idle(String provider) {
        return parts.connections().stats(provider).getAvailable();
    }

    /** The names of the threads there are whose name matches, in order. */
    public static List<String> threads(String names) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.matches(names))
                .sorted()
                .toList();
    }
}
