package io.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Case 31. */
class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | 2000",
                "0 | 0",
                "1.5 | 1500",
                " 0.25 | 250",
                "600 | 600000",
                "1e30 | 31536000000",
                "Fri, 20 Nov 2026 12:00:30 GMT | 30000",
                "Fri, 20 Nov 2026 11:00:00 GMT | 0"
            })
    void readsSecondsAndDates(String value, long millis) {
        assertThat(RetryAfter.in(Map.of("retry-after", value), NOW)).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest(name = "\"{0}\"")
    @ValueSource(strings = {"", "soon", "-1", "NaN", "Fri, 99 Nov 2026 12:00:30 GMT"})
    void ignoresWhatSaysNoTime(String value) {
        assertThat(RetryAfter.in(Map.of("retry-after", value), NOW)).isEmpty();
    }

    @Test
    void prefersMilliseconds() {
        assertThat(RetryAfter.in(Map.of("retry-after-ms", "120", "retry-after", "5"), NOW))
                .contains(Duration.ofMillis(120));
        assertThat(RetryAfter.in(Map.of("retry-after-ms", "soon", "retry-after", "5"), NOW))
                .contains(Duration.ofSeconds(5));
    }

    @Test
    void saysNothingWithoutAHeader() {
        assertThat(RetryAfter.in(Map.of(), NOW)).isEmpty();
    }
}
