package io.caravan.llm;

import io.caravan.failure.CaravanException;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import io.caravan.settings.BreakerSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One circuit breaker for each provider, of the provider's name. They outlive the routes that use them. */
public final class Breakers {

    private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);
    private static final int PROBES = 3;

    private Breakers() {}

    /** The breakers of these providers, all closed. */
    public static CircuitBreakerRegistry of(Providers providers) {
        CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
        providers
                .all()
                .forEach(provider -> registry.circuitBreaker(
                        provider.name(), config(provider.settings().breaker())));
        registry.getAllCircuitBreakers().forEach(Breakers::tell);
        return registry;
    }

    /** Says in the log when a provider is left alone and why, and when it is asked again. */
    private static void tell(CircuitBreaker breaker) {
        AtomicReference<String> last = new AtomicReference<>("");
        breaker.getEventPublisher()
                .onError(error -> last.set(
                        error.getThrowable() instanceof CaravanException failure
                                ? failure.reason()
                                : error.getThrowable().getClass().getSimpleName()))
                .onStateTransition(change -> LOG.warn(
                        "The breaker of {} is {}{}",
                        breaker.getName(),
                        change.getStateTransition().getToState(),
                        change.getStateTransition().getToState() == CircuitBreaker.State.OPEN
                                ? ": " + last.get()
                                : ""));
    }

    private static CircuitBreakerConfig config(BreakerSettings breaker) {
        return CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(breaker.window())
                .minimumNumberOfCalls(breaker.minimumCalls())
                .failureRateThreshold((float) breaker.failureRate())
                .waitDurationInOpenState(breaker.openFor())
                .permittedNumberOfCallsInHalfOpenState(PROBES)
                // A long answer is no failure: slow calls never count.
                .slowCallDurationThreshold(Duration.ofDays(365))
                .ignoreException(thrown -> !blamesTheModel(thrown))
                .build();
    }

    /** Callers that leave, requests that are wrong and replies that cannot be delivered say nothing about the model. */
    static boolean blamesTheModel(@Nullable Throwable thrown) {
        if (thrown instanceof StreamException && thrown.getCause() instanceof CaravanException why) {
            return blamesTheModel(why);
        }
        return thrown instanceof StreamException
                || (thrown instanceof UnavailableException failure && failure.worthRepeating());
    }
}
