package io.caravan.llm;

import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;

/**
 * Where the rest of a broken answer is joined to what was handed out before. A server that was asked to go on with a
 * partial answer may start afresh instead, perhaps behind a phrase of its own, which would pass the same text off twice:
 * the first of what comes is held back, and refused if the beginning of the answer is in it. Not thread-safe.
 */
final class Seam {

    /** Characters of the answer's beginning that a continuation does not have in it by chance. */
    private static final int TELLING = 16;

    /** Characters that are held back, for so long may the phrase be that goes before a fresh start. */
    private static final int HELD_BACK = 80;

    private final String beginning;
    private final StringBuilder held = new StringBuilder();
    private boolean joined;

    /** @param before the text that was handed out */
    Seam(String before) {
        String text = before.stripLeading();
        this.beginning = text.substring(0, Math.min(text.length(), TELLING));
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
        refuseAFreshStart();
        return held.length() < HELD_BACK ? "" : rest();
    }

    /** What was held back, for no more comes. */
    String rest() {
        joined = true;
        String rest = held.toString();
        held.setLength(0);
        return rest;
    }

    /** A beginning of a few characters tells something only where it is the first of what comes. */
    private void refuseAFreshStart() {
        String text = held.toString();
        boolean afresh =
                beginning.length() < TELLING ? text.stripLeading().startsWith(beginning) : text.contains(beginning);
        if (afresh) {
            throw new RejectedException(
                    ErrorCode.STREAM_INTERRUPTED, "the server began it afresh instead of going on with it");
        }
    }
}
