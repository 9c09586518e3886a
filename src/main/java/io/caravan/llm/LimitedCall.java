package io.caravan.llm;

import io.caravan.chat.ChatCall;
import io.caravan.chat.Usage;
import io.caravan.failure.UnavailableException;
import io.caravan.limit.Concurrency;
import io.caravan.limit.RateLimit;
import java.util.Optional;

/** What one call to a provider takes of its limits; settled when it has ended. */
public final class LimitedCall {

    private final ChatCall call;
    private final RateLimit.Share share;
    private final Concurrency.Place place;
    private final int attemptsBefore;
    private final int chunksBefore;

    LimitedCall(ChatCall call, RateLimit.Share share, Concurrency.Place place) {
        this.call = call;
        this.share = share;
        this.place = place;
        this.attemptsBefore = call.progress().attempts();
        this.chunksBefore = call.progress().chunksIn();
    }

    /** The call has ended, or never began; told twice, the first word counts. */
    public void ended(Optional<? extends Throwable> failure) {
        boolean made = call.progress().attempts() > attemptsBefore;
        settleShare(made, failure.isEmpty());
        settlePlace(made, failure);
    }

    private void settleShare(boolean made, boolean well) {
        Usage usage = call.progress().usageOfTurn();
        if (!made) {
            share.unused();
        } else if (well && usage.totalTokens() > 0) {
            share.used(usage.promptTokens(), usage.completionTokens());
        } else if (well || call.progress().chunksIn() > chunksBefore) {
            share.usedAsGuessed();
        } else {
            share.unanswered();
        }
    }

    private void settlePlace(boolean made, Optional<? extends Throwable> failure) {
        if (made && failure.isEmpty()) {
            place.answered();
        } else if (made && failure.filter(UnavailableException::isOverload).isPresent()) {
            place.overloaded();
        } else {
            place.left();
        }
    }
}
