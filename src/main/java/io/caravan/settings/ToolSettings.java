package io.caravan.settings;

import java.time.Duration;
import java.util.List;

/**
 * How far models may go with tools, for each request.
 *
 * @param maxRounds turns of the model that ask for tools
 * @param maxCalls calls over all of its turns
 * @param maxRepeats calls of one tool with the same arguments
 * @param maxParallel calls of one turn that run side by side
 * @param maxTime from the first call on; then the model is asked once more, without tools
 * @param timeout of one call, where its source has no limit of its own
 * @param confirm names and patterns of the tools of which somebody has to approve each call
 * @param confirmTimeout how long a call waits for that
 */
public record ToolSettings(
        int maxRounds,
        int maxCalls,
        int maxRepeats,
        int maxParallel,
        Duration maxTime,
        Duration timeout,
        List<String> confirm,
        Duration confirmTimeout,
        Unattended unattended) {

    /** What becomes of a call that needs approval where nobody can give it. */
    public enum Unattended {
        REFUSE,
        ALLOW
    }

    public ToolSettings {
        confirm = List.copyOf(confirm);
    }
}
