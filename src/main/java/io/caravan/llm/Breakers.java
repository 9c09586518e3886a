package io.caravan.llm;

import io.caravan.failure.CaravanException;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import io.caravan.settings.BreakerSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One circuit breaker for each provider, of the provider's name. They outlive the routes that use them. */
public final class Breakers {

    private static final int PROBES = 3;

    private Breakers() {}

    /** The breakers of these providers, all closed. */
    public static CircuitBreakerRegistry of(Providers providers) {
        CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
        providers
                .all()
                .forEach(provider -> registry.circuitBreaker(
                        provider.name(), config(provider.settings().breaker())));
        return registry;
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
