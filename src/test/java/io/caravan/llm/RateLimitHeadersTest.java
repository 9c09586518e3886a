package io.caravan.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitHeadersTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static Map<String, String> openAi(String remaining, String reset) {
        return Map.of("x-ratelimit-remaining-tokens", remaining, "x-ratelimit-reset-tokens", reset);
    }

    private static Map<String, String> anthropic(String what, String remaining, String reset) {
        return Map.of(
                "anthropic-ratelimit-" + what + "-remaining",
                remaining,
                "anthropic-ratelimit-" + what + "-reset",
                reset);
    }

    @ParameterizedTest
    @CsvSource({
        "12ms, PT0.012S",
        "6m0s, PT6M",
        "1s, PT1S",
        "7.66s, PT7.66S",
        "1h2m3s, PT1H2M3S",
        "1d2h, PT26H",
        "1m30.951s, PT1M30.951S",
        "2s500ms, PT2.5S",
        "60, PT1M",
        "0.5, PT0.5S"
    })
    void readsTheDurationsOfOpenAi(String reset, Duration pause) {
        assertThat(RateLimitHeaders.pause(openAi("0", reset), NOW)).contains(pause);
    }

    @ParameterizedTest
    @ValueSource(strings = {"requests", "tokens", "input-tokens", "output-tokens"})
    void readsTheTimesOfAnthropic(String what) {
        assertThat(RateLimitHeaders.pause(anthropic(what, "0", "2026-03-01T12:00:07Z"), NOW))
                .contains(Duration.ofSeconds(7));
        assertThat(RateLimitHeaders.pause(anthropic(what, "0", "2026-03-01T14:00:07.5+02:00"), NOW))
                .contains(Duration.ofMillis(7_500));
    }

    @Test
    void takesTheLongestOfSeveral() {
        Map<String, String> headers = new HashMap<>(openAi("0", "3s"));
        headers.put("x-ratelimit-remaining-requests", "-1");
        headers.put("x-ratelimit-reset-requests", "20s");
        headers.put("x-ratelimit-limit-requests", "500");

        assertThat(RateLimitHeaders.pause(headers, NOW)).contains(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1", "59", "0.5", "", " ", "none", "NaN", "-Infinity", "0x0", "1e-400", "99999999999999999999"})
    void waitsForNothingWhileSomethingIsLeft(String remaining) {
        assertThat(RateLimitHeaders.pause(openAi(remaining, "6m0s"), NOW)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "soon",
                "s",
                "ms",
                "-5s",
                "-5",
                "0s",
                "0",
                "5 s",
                "5m5",
                "1e9s",
                "NaN",
                "Infinity",
                "1s1m",
                "1772366400",
                "1772366400000",
                "99999999999999d",
                "999999999d",
                "2026-03-01T12:00:07Z",
                "\u0000"
            })
    void ignoresADurationThatIsNone(String reset) {
        assertThat(RateLimitHeaders.pause(openAi("0", reset), NOW)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "soon",
                "7s",
                "2026-03-01",
                "2026-03-01T11:59:59Z",
                "2026-03-01T12:00:00Z",
                "2026-13-01T12:00:00Z",
                "+999999999-12-31T23:59:59Z",
                "3026-03-01T12:00:00Z",
                "Sun, 01 Mar 2026 12:00:07 GMT"
            })
    void ignoresATimeThatIsNoneOrOver(String reset) {
        assertThat(RateLimitHeaders.pause(anthropic("tokens", "0", reset), NOW)).isEmpty();
    }

    @Test
    void ignoresAHalfOfAPair() {
        assertThat(RateLimitHeaders.pause(Map.of("x-ratelimit-remaining-requests", "0"), NOW))
                .isEmpty();
        assertThat(RateLimitHeaders.pause(Map.of("x-ratelimit-reset-requests", "1s"), NOW))
                .isEmpty();
        assertThat(RateLimitHeaders.pause(Map.of(), NOW)).isEmpty();
    }
}
