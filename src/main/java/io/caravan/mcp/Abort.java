package io.caravan.mcp;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Breaks a request off from another thread, whether it is under way already or not. The first reason stands. */
public final class Abort {

    private final AtomicReference<@Nullable McpException> reason = new AtomicReference<>();
    private volatile Runnable action = Abort::nothing;

    /** Says how the request is broken off; at once if it is to be. */
    public void by(Runnable action) {
        this.action = action;
        if (reason.get() != null) {
            action.run();
        }
    }

    /** Breaks the request off. */
    void now(McpException why) {
        if (reason.compareAndSet(null, why)) {
            action.run();
        }
    }

    /** Why it was broken off, if it was. */
    Optional<McpException> reason() {
        return Optional.ofNullable(reason.get());
    }

    private static void nothing() {}
}
