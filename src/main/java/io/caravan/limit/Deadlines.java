package io.caravan.limit;

import io.caravan.chat.ChatCall;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread for all timers of all calls. What it runs must not block. Thread-safe. */
public final class Deadlines implements AutoCloseable {

    private final ScheduledThreadPoolExecutor timer;

    public Deadlines() {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "caravan-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs the action once, after this time; cancel what is returned and it never runs. */
    public Future<?> after(Duration time, Runnable action) {
        return timer.schedule(action, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Gives the call so much time from its arrival, retries and all; then it is stopped. That says nothing about the
     * model: the caller may have been in a hurry, and others before it in the line.
     *
     * @param what names the limit to whoever reads the error
     */
    public void limit(ChatCall call, Duration time, String what) {
        limit(call, time.minusNanos(call.progress().elapsedNanos()), time, what);
    }

    /** Gives the call so much time from now; likewise. */
    public void limitFromNow(ChatCall call, Duration time, String what) {
        limit(call, time, time, what);
    }

    private void limit(ChatCall call, Duration left, Duration time, String what) {
        Future<?> timer = after(
                left,
                () -> call.stop(UnavailableException.inVain(
                        ErrorCode.PROVIDER_TIMEOUT,
                        "not answered within " + Times.plain(time) + " (" + what + ")",
                        null)));
        call.atEnd(() -> timer.cancel(false));
    }

    /** Timers that are set. */
    public int pending() {
        return timer.getQueue().size();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
