package io.caravan.settings;

import java.time.Duration;

/**
 * How batches are worked off.
 *
 * @param consumers lines at the same time; 0: this process works off none
 * @param expires how long after its beginning a batch is ended, whatever is left of it
 * @param retention how long after its end a batch is remembered
 */
public record BatchSettings(int consumers, Duration expires, Duration retention) {

    /** Threads for these lines: some read them and write their results down while the others wait for their models. */
    public int readers() {
        return Readers.of(consumers);
    }
}
