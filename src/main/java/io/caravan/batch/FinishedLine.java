package io.caravan.batch;

import java.util.Optional;

/**
 * A line that has its result.
 *
 * @param response as it stands in the output; absent where nobody was asked
 * @param error why there is no answer; absent where there is one
 */
public record FinishedLine(int number, String customId, Optional<String> response, Optional<LineError> error) {}
