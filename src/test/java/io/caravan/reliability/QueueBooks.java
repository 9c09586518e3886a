package io.caravan.reliability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was put into a queue, what the model was asked and what came out, by ids. In the manner of Jepsen's total-queue:
 * whatever was acknowledged has to come out, once; what was only tried may. Thread-safe.
 */
public final class QueueBooks {

    private final Set<String> tried = new HashSet<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final List<String> called = new ArrayList<>();
    private final Map<String, Integer> ends = new HashMap<>();

    /** A prompt is about to be sent. */
    public synchronized void tried(String id) {
        tried.add(id);
    }

    /** The broker has acknowledged the prompt. */
    public synchronized void acknowledged(String id) {
        tried.add(id);
        acknowledged.add(id);
    }

    /** The model was asked what the prompt asks. */
    public synchronized void called(String id) {
        called.add(id);
    }

    /** The one message came that a prompt is answered with, well or ill. */
    public synchronized void ended(String id) {
        ends.merge(id, 1, Integer::sum);
    }

    /** The verdict; to be asked when nothing more can come. */
    public synchronized Verdict verdict() {
        Set<String> lost = new HashSet<>(acknowledged);
        lost.removeAll(ends.keySet());
        Set<String> unexpected = new HashSet<>(ends.keySet());
        unexpected.removeAll(tried);
        Set<String> twice = new HashSet<>(ends.keySet());
        twice.removeIf(id -> Integer.valueOf(1).equals(ends.get(id)));
        return new Verdict(
                acknowledged.size(),
                ends.size(),
                lost,
                twice,
                unexpected,
                called.size() - new HashSet<>(called).size());
    }

    /**
     * What the books say.
     *
     * @param lost was acknowledged and never came to an end
     * @param twice came to its end more than once
     * @param unexpected came out and was never put in
     * @param repeatedCalls of the model, beyond one for each prompt
     */
    public record Verdict(
            int acknowledged,
            int ended,
            Set<String> lost,
            Set<String> twice,
            Set<String> unexpected,
            int repeatedCalls) {

        public Verdict {
            lost = Set.copyOf(lost);
            twice = Set.copyOf(twice);
            unexpected = Set.copyOf(unexpected);
        }

        /** Whether each prompt that was acknowledged came to one end, and nothing else came. */
        public boolean whole() {
            return lost.isEmpty() && twice.isEmpty() && unexpected.isEmpty();
        }
    }
}
