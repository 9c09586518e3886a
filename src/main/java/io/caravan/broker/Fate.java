package io.caravan.broker;

/** What becomes of a message that could not be brought to its end. */
public enum Fate {
    /** It is tried again at once: the pause is over. */
    AGAIN,
    /** It goes back to its queue, and is delivered again. */
    BACK,
    /** It is put into its queue anew: it has been delivered often, through no fault of its own. */
    ANEW,
    /** It is set aside with its cause, and whoever waits for it is told. */
    DEAD
}
