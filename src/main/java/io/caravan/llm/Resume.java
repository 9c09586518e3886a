package io.caravan.llm;

import io.caravan.chat.ChatCall;
import io.caravan.failure.CancelledException;
import io.caravan.failure.CaravanException;
import io.caravan.failure.InternalException;
import io.caravan.failure.RejectedException;
import io.caravan.settings.ResumeMode;

/**
 * Whether an answer that broke off in the middle may be gone on with: its text goes back as the beginning of the
 * assistant's turn. Only with servers that are known to continue it ({@code caravan.provider.NAME.resume}), and never in
 * the middle of tools or of a fixed format.
 */
final class Resume {

    private Resume() {}

    /** Whether what {@code call} hands out of this provider's answer is kept for that. */
    static boolean mayBecomeNecessary(ChatCall call, Provider provider) {
        return can(provider) && call.request().format().isEmpty();
    }

    /** Whether {@code provider} may go on where the answer broke off for this reason. */
    static boolean possible(ChatCall call, Provider provider, CaravanException why) {
        return mayBecomeNecessary(call, provider) && call.progress().resumable() && !isFinal(why);
    }

    private static boolean can(Provider provider) {
        return provider.settings().resume() == ResumeMode.PREFIX;
    }

    /** A server that rejects the request, or its own partial answer, will do so again. */
    private static boolean isFinal(CaravanException why) {
        return why instanceof CancelledException
                || why instanceof RejectedException
                || why instanceof InternalException
                || (why.getCause() instanceof CaravanException cause && isFinal(cause));
    }
}
