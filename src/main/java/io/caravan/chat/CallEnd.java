package io.caravan.chat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The end of a call, which comes once, and what is to be done then. Thread-safe. */
final class CallEnd {

    private final Deque<Runnable> actions = new ArrayDeque<>();
    private boolean reached;
    private @Nullable Throwable failure;

    /** Runs the action at the end, the last added first; at once if it is reached. */
    void then(Runnable action) {
        synchronized (this) {
            if (!reached) {
                actions.push(action);
                return;
            }
        }
        action.run();
    }

    /** Well, or with a failure; only the first word counts. */
    void reach(@Nullable Throwable why) {
        synchronized (this) {
            if (reached) {
                return;
            }
            reached = true;
            failure = why;
        }
        RuntimeException defect = null;
        for (Runnable action : actions) {
            try {
                action.run();
            } catch (RuntimeException e) {
                defect = e; // the others have their due all the same
            }
        }
        actions.clear();
        if (defect != null) {
            throw defect;
        }
    }

    synchronized boolean reached() {
        return reached;
    }

    /** Why the call failed, if it did. */
    synchronized Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }
}
