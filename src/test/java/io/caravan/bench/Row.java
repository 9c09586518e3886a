package io.caravan.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The figures of one target in one case: of one round, or the medians of all. Times in milliseconds. */
record Row(
        double chunksPerSecond,
        double delay50,
        double delay99,
        double first50,
        double first99,
        double answers,
        double errors,
        double starved,
        double cpuSeconds,
        double cpuMicrosPerChunk,
        double residentMegabytes,
        double loadMicrosPerChunk,
        double stubMicrosPerChunk,
        String firstError) {

    static Row median(List<Row> rounds) {
        return new Row(
                median(rounds, Row::chunksPerSecond),
                median(rounds, Row::delay50),
                median(rounds, Row::delay99),
                median(rounds, Row::first50),
                median(rounds, Row::first99),
                median(rounds, Row::answers),
                // Never hidden behind a median.
                rounds.stream().mapToDouble(Row::errors).sum(),
                median(rounds, Row::starved),
                median(rounds, Row::cpuSeconds),
                median(rounds, Row::cpuMicrosPerChunk),
                median(rounds, Row::residentMegabytes),
                median(rounds, Row::loadMicrosPerChunk),
                median(rounds, Row::stubMicrosPerChunk),
                rounds.stream()
                        .map(Row::firstError)
                        .filter(error -> !error.isEmpty())
                        .findFirst()
                        .orElse(""));
    }

    static double median(List<Row> rounds, ToDoubleFunction<Row> figure) {
        return median(rounds.stream().mapToDouble(figure).toArray());
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
