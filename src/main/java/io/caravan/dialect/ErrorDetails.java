package io.caravan.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What Google's servers add to an error, in a list of details of many kinds.
 *
 * @param reason in one word, in lower case: {@code api_key_invalid}; empty if unknown
 * @param retryDelay how long they ask to be left alone
 */
public record ErrorDetails(String reason, Optional<Duration> retryDelay) {

    static final ErrorDetails NONE = new ErrorDetails("", Optional.empty());

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}(?:\\.[0-9]{1,9})?s");

    /** The details of an error, where it has any. */
    public static ErrorDetails of(JsonNode error) {
        String reason = "";
        Optional<Duration> retryDelay = Optional.empty();
        for (JsonNode detail : error.path("details")) {
            String type = detail.path("@type").asText("");
            if (type.endsWith("google.rpc.ErrorInfo")) {
                reason = detail.path("reason").asText("").toLowerCase(Locale.ROOT);
            } else if (type.endsWith("google.rpc.RetryInfo")) {
                retryDelay = seconds(detail.path("retryDelay").asText(""));
            }
        }
        return new ErrorDetails(reason, retryDelay);
    }

    private static Optional<Duration> seconds(String delay) {
        return SECONDS.matcher(delay).matches() ? Optional.of(Duration.parse("PT" + delay)) : Optional.empty();
    }
}
