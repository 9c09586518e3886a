package io.caravan.bench;

import io.caravan.bench.Laboratory.Started;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What a program costs before anyone asks it anything. */
final class Idle {

    private static final Duration SETTLE = Duration.ofSeconds(3);

    private Idle() {}

    /** Medians: milliseconds from the start of the process to ready, resident megabytes, percent of a core. */
    static List<Double> measure(int rounds, int seconds, Supplier<Started> start) {
        List<double[]> all = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            try (Started started = start.get()) {
                all.add(once(started, seconds));
            }
        }
        return List.of(median(all, 0), median(all, 1), median(all, 2));
    }

    private static double[] once(Started started, int seconds) {
        pause(SETTLE);
        Usage before = Usage.of(started.program().handle());
        pause(Duration.ofSeconds(seconds));
        Usage after = Usage.of(started.program().handle());
        double used = after.cpu().minus(before.cpu()).toNanos() / 1e9;
        return new double[] {started.ready().toNanos() / 1e6, after.residentBytes() / 1e6, 100 * used / seconds};
    }

    private static double median(List<double[]> all, int figure) {
        return Row.median(all.stream().mapToDouble(round -> round[figure]).toArray());
    }

    private static void pause(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
