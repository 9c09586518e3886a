package io.caravan.bench;

import java.time.Duration;

/**
 * What the stub answers to each request: how many chunks, and how many of them in a second. The first chunk goes out at
 * once, the others follow at even distances.
 */
record Script(int chunks, double rate) {

    Script {
        if (chunks < 1 || !(rate > 0)) {
            throw new IllegalArgumentException("chunks and rate must be positive");
        }
    }

    Duration interval() {
        return Duration.ofNanos(Math.round(1e9 / rate));
    }
}
