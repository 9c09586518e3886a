package io.caravan.batch;

import java.util.Optional;

/**
 * What came of a line.
 *
 * @param response as it stands in the output: status, request id and body; absent where nobody was asked
 * @param error why there is no answer; absent where there is one
 */
public record LineResult(
        String batch,
        int line,
        int attempts,
        Optional<String> response,
        Optional<LineError> error,
        long promptTokens,
        long completionTokens) {

    /** Whether the line was answered. */
    public boolean answered() {
        return error.isEmpty();
    }
}
