package io.caravan.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call of a tool while it runs. {@link #cancel} may come from any thread, at most once with effect; whoever runs the
 * call says with {@link #whenCancelled} how that reaches the tool.
 */
public final class ToolRun {

    private final OfferedTool tool;
    private final ObjectNode arguments;
    private final AtomicReference<@Nullable String> cancelled = new AtomicReference<>();
    private volatile Runnable whenCancelled = ToolRun::nothing;

    public ToolRun(OfferedTool tool, ObjectNode arguments) {
        this.tool = tool;
        this.arguments = arguments;
    }

    public OfferedTool tool() {
        return tool;
    }

    /** The arguments, a JSON object. */
    public ObjectNode arguments() {
        return arguments;
    }

    /** Ends the call for this reason: its time is over, or nobody waits for it any more. The first reason stands. */
    public void cancel(String why) {
        if (cancelled.compareAndSet(null, why)) {
            whenCancelled.run();
        }
    }

    /** Why the call was cancelled, if it was. */
    public Optional<String> cancelled() {
        return Optional.ofNullable(cancelled.get());
    }

    /** Runs the action when the call is cancelled, or now if it was; it replaces the one before, and may run twice. */
    public void whenCancelled(Runnable action) {
        whenCancelled = action;
        if (cancelled.get() != null) {
            action.run();
        }
    }

    private static void nothing() {}
}
