package io.caravan.operate;

import io.caravan.limit.Admission;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Gives the memory that only the start needed back to the system: once, as soon as nobody waits for an answer, if that is
 * within five minutes.
 *
 * <p>A start leaves some 60 MB of garbage behind, and an idle program would keep it, since nothing makes it collect. A
 * whole collection holds all threads up for about a tenth of a second: what is under way comes first.
 */
public final class StartMemory {

    private static final Duration SETTLED = Duration.ofSeconds(1);
    /** After so long under load the heap holds more than the start, and collects by itself. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final Admission admission;
    private final Runnable collect;

    /** @param collect collects all garbage and returns what it took to the system */
    public StartMemory(Admission admission, Runnable collect) {
        this.admission = admission;
        this.collect = collect;
    }

    /** Does it a second from now, or when the last call that runs then has ended; on a thread that keeps no process alive. */
    public void giveBack() {
        Thread thread = new Thread(this::collectWhenIdle, "caravan-start-memory");
        thread.setDaemon(true);
        thread.start();
    }

    private void collectWhenIdle() {
        try {
            TimeUnit.NANOSECONDS.sleep(SETTLED.toNanos());
        } catch (InterruptedException e) {
            return;
        }
        if (admission.awaitIdle(LONGEST_WAIT)) {
            collect.run();
        }
    }
}
