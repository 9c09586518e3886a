package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.call;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.llm.Retries;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/**
 * Decides whether a provider is asked again after a call that failed, and waits before it is. Camel's own delay would
 * sleep on when the caller has long left, so the waiting is here, and ends with the call.
 */
public final class Backoff implements Predicate {

    private final Retries retries;

    public Backoff(Retries retries) {
        this.retries = retries;
    }

    @Override
    public boolean matches(Exchange exchange) {
        ChatCall call = call(exchange);
        if (!(exchange.getException() instanceof CaravanException failure)) {
            return false;
        }
        Optional<Duration> pause = retries.pause(call, failure);
        pause.ifPresent(time -> wait(call, time));
        // The next try of a call that was stopped meanwhile ends at once, with the reason for that.
        return pause.isPresent();
    }

    private static void wait(ChatCall call, Duration pause) {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        call.whenStopped(() -> stopped.complete(null));
        try {
            stopped.get(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return; // the pause is over
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            call.nothingToStop();
        }
    }
}
