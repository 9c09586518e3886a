package io.caravan.settings;

import java.util.Optional;

/**
 * Where the queues are.
 *
 * @param url of a broker outside; absent: one is embedded
 * @param consumers prompts that are taken from the queue at the same time; 0: this process takes none
 */
public record BrokerSettings(Optional<String> url, Optional<String> user, Optional<Secret> password, int consumers) {

    /** Threads for these prompts: some take and answer them while the others wait for their models. */
    public int readers() {
        return Readers.of(consumers);
    }
}
