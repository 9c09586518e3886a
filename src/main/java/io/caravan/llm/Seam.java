package io.caravan.llm;

import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;

/**
 * Where the rest of a broken answer is joined to what was handed out before. A server that was asked to go on with a
 * partial answer may start afresh instead, which would pass the same text off twice: what comes is held back while it
 * reads like the beginning of the answer, and if it does so for long it is refused. Not thread-safe.
 */
final class Seam {

    /** Characters that a continuation may have in common with the beginning of the answer, by chance. */
    private static final int BY_CHANCE = 16;

    private final String beginning;
    private final StringBuilder held = new StringBuilder();
    private boolean joined;

    /** @param before the text that was handed out */
    Seam(String before) {
        String text = before.stripLeading();
        this.beginning = text.substring(0, Math.min(text.length(), BY_CHANCE));
    }

    /**
     * The text that may be handed out now that {@code next} came; empty while that is not certain.
     *
     * @throws RejectedException if the answer starts afresh
     */
    String join(String next) {
        if (joined) {
            return next;
        }
        held.append(next);
        String text = held.toString().stripLeading();
        if (text.startsWith(beginning)) {
            throw new RejectedException(
                    ErrorCode.STREAM_INTERRUPTED, "the server began it afresh instead of going on with it");
        }
        return beginning.startsWith(text) ? "" : rest();
    }

    /** What was held back, for no more comes. */
    String rest() {
        joined = true;
        String rest = held.toString();
        held.setLength(0);
        return rest;
    }
}
