package io.caravan.bench;

/**
 * What one load saw: chunks a second and all delays in the measured time, errors from the first connection on, and the
 * streams that had no chunk at all in the measured time.
 */
record Outcome(
        double chunksPerSecond,
        long chunks,
        int answers,
        Samples delay,
        Samples firstChunk,
        long errors,
        int starved,
        String firstError) {}
