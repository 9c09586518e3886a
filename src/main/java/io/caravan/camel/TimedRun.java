package io.caravan.camel;

import io.caravan.limit.Deadlines;
import io.caravan.limit.Times;
import io.caravan.tool.ToolRun;
import java.time.Duration;
import java.util.concurrent.Future;

/** A call of a tool that runs: it is cancelled once its time is over. */
final class TimedRun {

    private final ToolRun run;
    private final Future<?> timer;
    private final long begunAt = System.nanoTime();

    private TimedRun(ToolRun run, Future<?> timer) {
        this.run = run;
        this.timer = timer;
    }

    /** Its time runs from here. */
    static TimedRun begin(ToolRun run, Duration time, Deadlines deadlines) {
        return new TimedRun(run, deadlines.after(time, () -> run.cancel("no answer within " + Times.plain(time))));
    }

    ToolRun run() {
        return run;
    }

    /** It has ended by itself. */
    void end() {
        timer.cancel(false);
    }

    /** How long it has run. */
    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begunAt);
    }
}
