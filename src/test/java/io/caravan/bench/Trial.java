package io.caravan.bench;

import java.io.IOException;
import java.io.UncheckedIOException;

/** One round of a case with one contestant, with the processor time of all who took part. */
final class Trial {

    private final Laboratory laboratory;
    private final Contestant contestant;
    private Usage contestantBefore = Usage.NONE;
    private Usage contestantAfter = Usage.NONE;
    private Usage loadBefore = Usage.NONE;
    private Usage loadAfter = Usage.NONE;
    private Usage stubBefore = Usage.NONE;
    private Usage stubAfter = Usage.NONE;

    private Trial(Laboratory laboratory, Contestant contestant) {
        this.laboratory = laboratory;
        this.contestant = contestant;
    }

    static Row run(Laboratory laboratory, Contestant contestant, Work work) {
        return new Trial(laboratory, contestant).run(work);
    }

    private Row run(Work work) {
        laboratory.play(work.script());
        try {
            return row(Load.run(contestant.target(), work, this::before, this::after));
        } catch (IOException e) {
            throw new UncheckedIOException("The load failed; are there enough file descriptors?", e);
        }
    }

    private void before() {
        contestantBefore = contestant.usage();
        stubBefore = laboratory.stubUsage();
        loadBefore = own();
    }

    private void after() {
        contestantAfter = contestant.usage();
        stubAfter = laboratory.stubUsage();
        loadAfter = own();
    }

    private Row row(Outcome outcome) {
        double cpu = seconds(contestantBefore, contestantAfter);
        double micros = 1e6 / Math.max(1, outcome.chunks());
        return new Row(
                outcome.chunksPerSecond(),
                outcome.delay().percentile(50),
                outcome.delay().percentile(99),
                outcome.firstChunk().percentile(50),
                outcome.firstChunk().percentile(99),
                outcome.answers(),
                outcome.errors(),
                outcome.starved(),
                cpu,
                cpu * micros,
                contestantAfter.residentBytes() / 1e6,
                seconds(loadBefore, loadAfter) * micros,
                seconds(stubBefore, stubAfter) * micros,
                outcome.firstError());
    }

    private static double seconds(Usage before, Usage after) {
        return after.cpu().minus(before.cpu()).toNanos() / 1e9;
    }

    /** This process alone: the contestants are its descendants. */
    private static Usage own() {
        return new Usage(ProcessHandle.current().info().totalCpuDuration().orElse(java.time.Duration.ZERO), 0);
    }
}
