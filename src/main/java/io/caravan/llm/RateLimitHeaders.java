package io.caravan.llm;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a server says in the headers of an answer about the requests and tokens it still takes. What cannot be understood
 * counts as not said.
 */
final class RateLimitHeaders {

    /** Nobody counts in longer periods; what is beyond is a point in time or a slip. */
    private static final double LONGEST_SECONDS = Duration.ofDays(31).toSeconds();

    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m(?!s))?(?:(\\d{1,9}(?:\\.\\d{1,9})?)s)?"
                    + "(?:(\\d{1,9}(?:\\.\\d{1,9})?)ms)?");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(?:\\.\\d{1,9})?");
    private static final double[] SECONDS = {86_400, 3_600, 60, 1, 0.001};

    private RateLimitHeaders() {}

    /**
     * How long until the server takes another request, where it says that nothing is left.
     *
     * @param headers names in lower case
     */
    static Optional<Duration> pause(Map<String, String> headers, Instant now) {
        Stream<Optional<Duration>> openAi = Stream.of("requests", "tokens")
                .map(what -> pause(
                        headers,
                        "x-ratelimit-remaining-" + what,
                        "x-ratelimit-reset-" + what,
                        RateLimitHeaders::duration));
        Stream<Optional<Duration>> anthropic = Stream.of("requests", "tokens", "input-tokens", "output-tokens")
                .map(what -> pause(
                        headers,
                        "anthropic-ratelimit-" + what + "-remaining",
                        "anthropic-ratelimit-" + what + "-reset",
                        reset -> until(reset, now)));
        return Stream.concat(openAi, anthropic).flatMap(Optional::stream).max(Duration::compareTo);
    }

    private static Optional<Duration> pause(
            Map<String, String> headers, String remaining, String reset, Function<String, Optional<Duration>> read) {
        String left = headers.getOrDefault(remaining, "").strip();
        if (!NUMBER.matcher(left).matches() || Double.parseDouble(left) > 0) {
            return Optional.empty();
        }
        return read.apply(headers.getOrDefault(reset, "").strip()).filter(time -> !time.isZero() && !time.isNegative());
    }

    /** {@code 12ms}, {@code 6m0s}, {@code 1d2h}; a number alone is of seconds. */
    private static Optional<Duration> duration(String text) {
        if (NUMBER.matcher(text).matches()) {
            return seconds(Double.parseDouble(text));
        }
        Matcher parts = DURATION.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            return Optional.empty();
        }
        double sum = 0;
        for (int i = 0; i < SECONDS.length; i++) {
            String part = parts.group(i + 1);
            sum += part == null ? 0 : Double.parseDouble(part) * SECONDS[i];
        }
        return seconds(sum);
    }

    private static Optional<Duration> seconds(double seconds) {
        return seconds <= LONGEST_SECONDS ? Optional.of(Duration.ofNanos((long) (seconds * 1e9))) : Optional.empty();
    }

    private static Optional<Duration> until(String time, Instant now) {
        try {
            Duration left = Duration.between(now, OffsetDateTime.parse(time).toInstant());
            return left.toSeconds() <= LONGEST_SECONDS ? Optional.of(left) : Optional.empty();
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }
}
