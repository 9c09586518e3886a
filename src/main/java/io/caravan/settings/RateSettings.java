package io.caravan.settings;

import java.util.Optional;

/**
 * How much a provider takes in a minute; absent: as much as there is.
 *
 * @param requestsPerMinute calls, all servers taken together
 * @param tokensPerMinute read and written
 */
public record RateSettings(Optional<Integer> requestsPerMinute, Optional<Integer> tokensPerMinute) {

    public static final RateSettings UNLIMITED = new RateSettings(Optional.empty(), Optional.empty());
}
