package io.caravan.limit;

import io.caravan.chat.ChatCall;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting that ends when the call is stopped. */
public final class Pause {

    private Pause() {}

    /** Waits so long, or until the call is stopped. */
    public static void of(ChatCall call, Duration time) {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        call.whenStopped(() -> stopped.complete(null));
        try {
            stopped.get(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return; // the time is over
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            call.nothingToStop();
        }
    }
}
