package io.caravan.llm;

import io.caravan.chat.ChatCall;
import io.caravan.chat.Usage;
import io.caravan.limit.RateLimit;

/** What one call to a provider takes of its limits; settled when it has ended. */
public final class LimitedCall {

    private final ChatCall call;
    private final RateLimit.Share share;
    private final int attemptsBefore;
    private final int chunksBefore;

    LimitedCall(ChatCall call, RateLimit.Share share) {
        this.call = call;
        this.share = share;
        this.attemptsBefore = call.progress().attempts();
        this.chunksBefore = call.progress().chunksIn();
    }

    /** The call has ended, or never began; told twice, the first word counts. */
    public void ended(boolean well) {
        Usage usage = call.progress().usageOfTurn();
        if (call.progress().attempts() == attemptsBefore) {
            share.unused();
        } else if (well && usage.totalTokens() > 0) {
            share.used(usage.promptTokens(), usage.completionTokens());
        } else if (well || call.progress().chunksIn() > chunksBefore) {
            share.usedAsGuessed();
        } else {
            share.unanswered();
        }
    }
}
