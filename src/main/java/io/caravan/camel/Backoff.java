package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.call;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.limit.Pause;
import io.caravan.llm.Retries;
import io.caravan.llm.WithoutTools;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/**
 * Decides whether a provider is asked again after a call that failed, and waits before it is. Camel's own delay would
 * sleep on when the caller has long left, so the waiting is here, and ends with the call.
 */
public final class Backoff implements Predicate {

    private final Retries retries;
    private final WithoutTools withoutTools;

    public Backoff(Retries retries, WithoutTools withoutTools) {
        this.retries = retries;
        this.withoutTools = withoutTools;
    }

    @Override
    public boolean matches(Exchange exchange) {
        ChatCall call = call(exchange);
        if (!(exchange.getException() instanceof CaravanException failure)) {
            return false;
        }
        if (withoutTools.insteadOf(call, failure)) {
            return true;
        }
        Optional<Duration> pause = retries.pause(call, failure);
        pause.ifPresent(time -> Pause.of(call, time));
        // The next try of a call that was stopped meanwhile ends at once, with the reason for that.
        return pause.isPresent();
    }
}
