package io.caravan.llm;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import io.caravan.limit.GrowingPause;
import io.caravan.settings.ProviderSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a provider is asked again after a call that failed, and after what pause: exponential backoff with full jitter
 * above half, or what the server asked for. Before the first chunk the question is asked anew; after it the answer is
 * resumed, where that is possible.
 */
public final class Retries {

    private final Providers providers;

    public Retries(Providers providers) {
        this.providers = providers;
    }

    /** How long to wait before the next call to the provider that was asked; empty if there is to be none. */
    public Optional<Duration> pause(ChatCall call, CaravanException failure) {
        Provider provider = providers.named(call.progress().provider());
        boolean again = call.progress().tries() <= provider.settings().maxRetries()
                && call.stopped().isEmpty()
                && mayHelp(call, provider, failure);
        if (!again) {
            return Optional.empty();
        }
        if (anotherServer(failure)) {
            return Optional.of(Duration.ZERO);
        }
        ProviderSettings settings = provider.settings();
        // "At once", or a time that is over: that is no pause to rely on.
        Optional<Duration> asked =
                ofTheServer(failure).flatMap(UnavailableException::retryAfter).filter(pause -> !pause.isZero());
        return asked.isPresent()
                ? asked.filter(pause -> pause.compareTo(settings.retryBackoffMax()) <= 0)
                : Optional.of(new GrowingPause(settings.retryBackoff(), settings.retryBackoffMax())
                        .after(call.progress().tries() - 1));
    }

    private boolean mayHelp(ChatCall call, Provider provider, CaravanException failure) {
        Optional<UnavailableException> unavailable = ofTheServer(failure);
        boolean inVain = unavailable.isPresent() && !unavailable.get().worthRepeating();
        if (call.progress().outInTurn() > 0) {
            return !inVain && Resume.possible(call, provider, failure);
        }
        return unavailable.isPresent()
                && !inVain
                && (anotherServer(failure) || !(failure.code() == ErrorCode.PROVIDER_TIMEOUT && anotherIsThere(call)));
    }

    /** Whether the provider has another server, which may be asked at once. */
    private static boolean anotherServer(CaravanException failure) {
        return ofTheServer(failure).filter(UnavailableException::anotherServer).isPresent();
    }

    /** What the server was found to be, also where a broken answer is only passed on. */
    private static Optional<UnavailableException> ofTheServer(CaravanException failure) {
        if (failure instanceof UnavailableException unavailable) {
            return Optional.of(unavailable);
        }
        return failure.getCause() instanceof UnavailableException cause ? Optional.of(cause) : Optional.empty();
    }

    /** Who was silent once for the whole time it had is not waited for again while another could answer. */
    private boolean anotherIsThere(ChatCall call) {
        return providers
                .behind(call.progress().provider(), call.request().model())
                .findFirst()
                .isPresent();
    }
}
