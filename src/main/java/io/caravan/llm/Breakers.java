package io.caravan.llm;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import io.caravan.settings.BreakerSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One circuit breaker for each provider, of the provider's name. They outlive the routes that use them. */
public final class Breakers {

    private static final Logger LOG = LoggerFactory.getLogger(Breakers.class);
    private static final int PROBES = 3;

    private final CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
    private final Map<String, String> lastFailure = new ConcurrentHashMap<>();

    /** The breakers of these providers, all closed. */
    public Breakers(Providers providers) {
        for (Provider provider : providers.all()) {
            watch(registry.circuitBreaker(
                    provider.name(), config(provider.settings().breaker())));
        }
    }

    /** The breaker of the provider of this name. */
    public CircuitBreaker of(String provider) {
        return registry.circuitBreaker(provider);
    }

    /** All of them. */
    public CircuitBreakerRegistry all() {
        return registry;
    }

    /** The failure of a call that the open breaker of {@code provider} did not let through. */
    public UnavailableException leftAlone(String provider) {
        String last = lastFailure.get(provider);
        return UnavailableException.inVain(
                ErrorCode.PROVIDER_UNAVAILABLE,
                provider + " has failed too often and is left alone for a while (breaker open)"
                        + (last == null ? "" : "; the last failure: " + last),
                null);
    }

    /** Says in the log when a provider is left alone and why, and when it is asked again. */
    private void watch(CircuitBreaker breaker) {
        breaker.getEventPublisher()
                .onError(error -> lastFailure.put(breaker.getName(), reason(error.getThrowable())))
                .onStateTransition(change -> LOG.warn(
                        "The breaker of {} is {}{}",
                        breaker.getName(),
                        change.getStateTransition().getToState(),
                        change.getStateTransition().getToState() == CircuitBreaker.State.OPEN
                                ? ": " + lastFailure.get(breaker.getName())
                                : ""));
    }

    private static String reason(Throwable failure) {
        return failure instanceof CaravanException ours
                ? ours.reason()
                : failure.getClass().getSimpleName();
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
                .ignoreException(thrown -> !counts(thrown))
                .build();
    }

    /** Who says that it is asked too often is not broken: it is asked less often. */
    private static boolean counts(Throwable thrown) {
        return blamesTheModel(thrown)
                && !(thrown instanceof CaravanException failure && failure.code() == ErrorCode.RATE_LIMITED);
    }

    /** Callers that leave, wrong requests, replies that cannot be delivered and one server of several say nothing. */
    static boolean blamesTheModel(@Nullable Throwable thrown) {
        if (thrown instanceof StreamException && thrown.getCause() instanceof CaravanException why) {
            return blamesTheModel(why);
        }
        return thrown instanceof StreamException
                || (thrown instanceof UnavailableException failure
                        && failure.worthRepeating()
                        && !failure.anotherServer());
    }
}
