package io.caravan.llm;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.failure.UnavailableException;
import io.caravan.limit.Concurrency;
import io.caravan.limit.Pause;
import io.caravan.limit.RateLimit;
import io.caravan.limit.Times;
import io.caravan.settings.ProviderSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * How much a provider takes: what is set for it, and what its servers have said. A call waits in front of the provider as
 * long as it would wait before another try; if that is not enough it is refused at once. Thread-safe.
 */
public final class Limits {

    private final ProviderSettings provider;
    private final Servers servers;
    private final RateLimit rate;
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final ModelConcurrency models = new ModelConcurrency();

    Limits(ProviderSettings provider, Servers servers) {
        this.provider = provider;
        this.servers = servers;
        this.rate = new RateLimit(
                provider.name(),
                provider.rates().requestsPerMinute(),
                provider.rates().tokensPerMinute(),
                System::nanoTime);
    }

    /** Calls that wait until the provider takes more. */
    public int waiting() {
        return waiting.get();
    }

    /** Calls that were refused so far because they would have waited too long. */
    public long refused() {
        return refused.sum();
    }

    /** How many calls each model bears at the same time, as far as that was learned. */
    public ModelConcurrency models() {
        return models;
    }

    /**
     * Waits until the provider takes the call.
     *
     * @throws UnavailableException with {@code rate_limited}, at once, if that is too far away
     * @throws CaravanException the reason, if the call is stopped while it waits
     */
    public LimitedCall await(ChatCall call) {
        waiting.incrementAndGet();
        try {
            awaitServers(call);
            Concurrency.Place place = models.of(call.progress().model()).await(call);
            LimitedCall limited = new LimitedCall(call, rate(call, place), place);
            awaitServers(call, limited);
            return limited;
        } catch (UnavailableException e) {
            if (call.stopped().isEmpty()) {
                refused.increment();
            }
            throw e;
        } finally {
            waiting.decrementAndGet();
        }
    }

    private RateLimit.Share rate(ChatCall call, Concurrency.Place place) {
        try {
            return rate.await(
                    call, call.request().orElse(provider.system(), provider.options()), provider.retryBackoffMax());
        } catch (RuntimeException e) {
            place.left();
            throw e;
        }
    }

    private void awaitServers(ChatCall call, LimitedCall limited) {
        try {
            awaitServers(call);
        } catch (CaravanException e) {
            limited.ended(Optional.of(e)); // no call was made
            throw e;
        }
    }

    private void awaitServers(ChatCall call) {
        for (Duration wait = servers.limitedFor(); !wait.isZero(); wait = servers.limitedFor()) {
            if (wait.compareTo(provider.retryBackoffMax()) > 0) {
                throw UnavailableException.limited(
                        provider.name() + " takes no more for the next " + Times.rounded(wait) + ", as it has said",
                        wait);
            }
            Pause.of(call, wait);
            call.checkStopped();
        }
    }
}
