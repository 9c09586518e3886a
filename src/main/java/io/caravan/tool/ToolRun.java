package io.caravan.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call of a tool while it runs. {@link #cancel} may come from any thread, at most once with effect; whoever runs the
 * call says with {@link #whenCancelled} how that reaches the tool, and so does what happens within it.
 */
public final class ToolRun {

    private final OfferedTool tool;
    private final ObjectNode arguments;
    private final int depth;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable String> cancelled = new AtomicReference<>();

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
            watches.forEach(Watch::act);
        }
    }

    /** Why the call was cancelled, if it was. */
    public Optional<String> cancelled() {
        return Optional.ofNullable(cancelled.get());
    }

    /**
     * Runs the action when the call is cancelled, or now if it was; it may run twice.
     *
     * @return to be closed when there is nothing left to end
     */
    public Watch whenCancelled(Runnable action) {
        Watch watch = new Watch(action);
        watches.add(watch);
        if (cancelled.get() != null) {
            watch.act();
        }
        return watch;
    }

    /** Hears of the cancellation until it is closed. */
    public final class Watch implements AutoCloseable {

        private final Runnable action;

        private Watch(Runnable action) {
            this.action = action;
        }

        private void act() {
            action.run();
        }

        @Override
        public void close() {
            watches.remove(this);
        }
    }
}
