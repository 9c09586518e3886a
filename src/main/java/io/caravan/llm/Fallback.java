package io.caravan.llm;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import java.util.Optional;

/**
 * Who takes over from a provider that failed for good: the next one behind it in {@code caravan.providers} that has a
 * model of its own, unless the request named the provider it wants; of a broken answer, the next one that can resume it.
 */
public final class Fallback {

    private final Providers providers;

    public Fallback(Providers providers) {
        this.providers = providers;
    }

    /** The provider that is asked now; empty if the failure is to be told. */
    public Optional<Providers.Choice> after(ChatCall call, CaravanException failure) {
        if (call.stopped().isPresent()) {
            return Optional.empty();
        }
        boolean broken = call.progress().outInTurn() > 0;
        if (!broken && !othersMayAnswer(call, failure)) {
            return Optional.empty();
        }
        return providers
                .behind(call.progress().provider(), call.request().model())
                .filter(next -> !broken || Resume.possible(call, next.provider(), failure))
                .findFirst();
    }

    /** A provider that lacks the model it is configured with is down like any other; a model the caller named is not. */
    private static boolean othersMayAnswer(ChatCall call, CaravanException failure) {
        return failure.othersMayAnswer()
                || (failure.code() == ErrorCode.MODEL_NOT_FOUND
                        && call.request().model().isEmpty());
    }
}
