package io.caravan.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.chat.ChatEvent.ToolCall;
import io.caravan.chat.Tool;
import io.caravan.failure.RejectedException;
import io.caravan.limit.Places;
import io.caravan.limit.Times;
import io.caravan.settings.ToolSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The tools of one question: which may be used, how far that has gone, and the calls that run. Calls of one turn run side by
 * side. Thread-safe.
 */
public final class ToolUse {

    private final Map<String, OfferedTool> offered = new LinkedHashMap<>();
    private final ToolSettings limits;
    private final LongSupplier nanos;
    private final int depth;
    private final Set<ToolRun> running = ConcurrentHashMap.newKeySet();
    private final Set<ToolRun> placed = ConcurrentHashMap.newKeySet();
    private final Places places;

    private final Map<String, Integer> repeats = new HashMap<>();
    private int calls;
    private int rounds;
    private long begunAt;

    /**
     * @param nanos the clock: nanoseconds from any moment
     * @param within in how many calls of tools the question itself is asked
     */
    public ToolUse(List<OfferedTool> tools, ToolSettings limits, LongSupplier nanos, int within) {
        tools.forEach(tool -> offered.put(tool.name(), tool));
        this.limits = limits;
        this.places = new Places(limits.maxParallel());
        this.nanos = nanos;
        this.depth = within + 1;
    }

    /** What the model is told of them. */
    public List<Tool> shown() {
        return offered.values().stream().map(OfferedTool::shown).toList();
    }

    /** The tool of this name, if it is offered. */
    public Optional<OfferedTool> find(String name) {
        return Optional.ofNullable(offered.get(name));
    }

    /** Whether each call of the tool of this name waits for approval. */
    public boolean confirms(String name) {
        return find(name).map(OfferedTool::confirm).orElse(false);
    }

    /**
     * How much of {@code time} is left before the time for all tools of the question is over.
     *
     * @throws RejectedException in words for the model, if none is
     */
    public synchronized Duration atMost(Duration time) {
        Duration left = limits.maxTime().minusNanos(nanos.getAsLong() - begunAt);
        if (left.isNegative() || left.isZero()) {
            throw RejectedException.toolFailed("not run: the time for the tools of one request is over ("
                    + Times.plain(limits.maxTime()) + ", caravan.tools.max-time)");
        }
        return Times.shorter(left, time);
    }

    /** The model has asked for tools: another round of calls begins. */
    public synchronized void beginRound() {
        if (rounds++ == 0) {
            begunAt = nanos.getAsLong();
        }
    }

    /** Why the model may ask for no more tools after this round; empty if it may. */
    public synchronized Optional<String> spent() {
        if (rounds >= limits.maxRounds()) {
            return Optional.of(limits.maxRounds() + " rounds (caravan.tools.max-rounds)");
        } else if (calls >= limits.maxCalls()) {
            return Optional.of(limits.maxCalls() + " calls (caravan.tools.max-calls)");
        } else if (nanos.getAsLong() - begunAt >= limits.maxTime().toNanos()) {
            return Optional.of(Times.plain(limits.maxTime()) + " (caravan.tools.max-time)");
        } else if (repeats.values().stream().anyMatch(times -> times > limits.maxRepeats())) {
            return Optional.of(limits.maxRepeats() + " identical calls (caravan.tools.max-repeats)");
        }
        return Optional.empty();
    }

    /**
     * The call that the model asks for, ready to run; it can be cancelled from here on, until {@link #end}.
     *
     * @throws RejectedException in words for the model, if it cannot be run: no such tool, broken arguments, too many calls
     */
    public ToolRun prepare(ToolCall call) {
        OfferedTool tool = find(call.name())
                .orElseThrow(() -> RejectedException.toolFailed(
                        "there is no tool \"" + call.name() + "\"; there are " + String.join(", ", offered.keySet())));
        ObjectNode arguments = arguments(call.arguments());
        count(tool, arguments);
        ToolRun run = new ToolRun(tool, arguments, depth);
        running.add(run);
        return run;
    }

    private static ObjectNode arguments(JsonNode arguments) {
        if (arguments instanceof ObjectNode object) {
            return object;
        } else if (arguments.isNull() || arguments.isMissingNode()) {
            return JsonNodeFactory.instance.objectNode();
        }
        throw RejectedException.toolFailed("the arguments are not a JSON object");
    }

    private synchronized void count(OfferedTool tool, ObjectNode arguments) {
        if (calls >= limits.maxCalls()) {
            throw RejectedException.toolFailed("not run: " + limits.maxCalls() + " calls are the most for one request");
        }
        calls++;
        int times = repeats.merge(tool.name() + " " + arguments, 1, Integer::sum);
        if (times > limits.maxRepeats()) {
            throw RejectedException.toolFailed(
                    "not run: the same call was made " + limits.maxRepeats() + " times before");
        }
    }

    /**
     * Lets the call run once one of the places is free; {@link #end} frees it.
     *
     * @throws RejectedException if the call was cancelled while it waited
     */
    public void begin(ToolRun run) {
        CompletableFuture<Boolean> turn = places.take();
        ToolRun.Watch watch = run.whenCancelled(() -> places.giveUp(turn));
        try {
            if (turn.join()) {
                placed.add(run);
            }
        } finally {
            watch.close();
        }
        run.cancelled().ifPresent(why -> {
            throw RejectedException.toolFailed(why);
        });
    }

    /** The call is over, however it ended; told twice, the first word counts. */
    public void end(ToolRun run) {
        running.remove(run);
        if (placed.remove(run)) {
            places.free();
        }
    }

    /** Ends all calls that run or wait: nobody waits for their results any more. */
    public void cancelAll(String why) {
        running.forEach(run -> run.cancel(why));
    }
}
