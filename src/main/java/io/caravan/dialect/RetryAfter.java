package io.caravan.dialect;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/**
 * How long a server asks to be left alone: {@code retry-after-ms}, else {@code Retry-After} in seconds, which may have a
 * fraction, or as an HTTP date (RFC 9110, section 10.2.3).
 */
final class RetryAfter {

    /** Nobody waits that long; keeps the sums in range. */
    private static final double LONGEST_MILLIS = Duration.ofDays(365).toMillis();

    private RetryAfter() {}

    /** @param headers names in lower case */
    static Optional<Duration> in(Map<String, String> headers, Instant now) {
        return number(headers.getOrDefault("retry-after-ms", ""))
                .flatMap(RetryAfter::millis)
                .or(() -> seconds(headers.getOrDefault("retry-after", ""), now));
    }

    private static Optional<Duration> seconds(String value, Instant now) {
        Optional<Double> number = number(value);
        return number.isPresent() ? millis(number.get() * 1000) : until(value, now);
    }

    private static Optional<Double> number(String value) {
        try {
            return Optional.of(Double.valueOf(value.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> millis(double millis) {
        return millis >= 0 ? Optional.of(Duration.ofMillis((long) Math.min(millis, LONGEST_MILLIS))) : Optional.empty();
    }

    private static Optional<Duration> until(String date, Instant now) {
        try {
            Instant then = ZonedDateTime.parse(date.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
