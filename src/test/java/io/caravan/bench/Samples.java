package io.caravan.bench;

import java.util.Arrays;

/** Every single measured time, so that percentiles are exact. Not thread-safe. */
final class Samples {

    private long[] nanos = new long[1 << 12];
    private int size;

    void add(long value) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        nanos[size++] = value;
    }

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    /** The percentile in milliseconds by nearest rank; not a number without a sample. */
    double percentile(double percent) {
        if (size == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(percent / 100 * size);
        return sorted[Math.max(0, rank - 1)] / 1e6;
    }
}
