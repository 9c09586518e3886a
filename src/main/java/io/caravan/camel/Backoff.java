package io.caravan.camel;

import static io.caravan.camel.CaravanExchange.call;

import io.caravan.chat.ChatCall;
import io.caravan.failure.UnavailableException;
import io.caravan.llm.Providers;
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
 * Decides whether a failed call is made again, and waits before it is. Camel's own delay would sleep on when the caller
 * has long left, so the waiting is here, and ends with the call.
 */
public final class Backoff implements Predicate {

    private final Providers providers;

    public Backoff(Providers providers) {
        this.providers = providers;
    }

    @Override
    public boolean matches(Exchange exchange) {
        ChatCall call = call(exchange);
        Optional<Duration> pause = exchange.getException() instanceof UnavailableException failure
                ? Retries.of(providers.named(call.provider()).settings()).pause(call, failure)
                : Optional.empty();
        return pause.isPresent() && waited(call, pause.get());
    }

    private static boolean waited(ChatCall call, Duration pause) {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        call.whenStopped(() -> stopped.complete(null));
        try {
            stopped.get(pause.toNanos(), TimeUnit.NANOSECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            call.nothingToStop();
        }
    }
}
