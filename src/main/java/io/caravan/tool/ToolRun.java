package io.caravan.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call of a tool while it runs. {@link #cancel} may come from any thread, at most once with effect; whoever runs the
 * call says with {@link #whenCancelled} how that reaches the tool.
 */
public final class ToolRun {

    private final OfferedTool tool;
    private final ObjectNode arguments;
    private final int depth;
    private final Set<Runnable> within = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable String> cancelled = new AtomicReference<>();
    private volatile Runnable whenCancelled = ToolRun::nothing;

    public ToolRun(OfferedTool tool, ObjectNode arguments) {
        this(tool, arguments, 1);
    }

    /** @param depth 1, or one more than that of the call inside which this one is asked for */
    ToolRun(OfferedTool tool, ObjectNode arguments, int depth) {
        this.tool = tool;
        this.arguments = arguments;
        this.depth = depth;
    }

    /** In how many calls this one is, itself included. */
    public int depth() {
        return depth;
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
            within.forEach(Runnable::run);
        }
    }

    /** Runs the action too when the call is cancelled, or now if it was: something that happens within it ends with it. */
    public void endsWithIt(Runnable action) {
        within.add(action);
        if (cancelled.get() != null) {
            action.run();
        }
    }

    /** What happened within it has ended by itself. */
    public void hasEnded(Runnable action) {
        within.remove(action);
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
