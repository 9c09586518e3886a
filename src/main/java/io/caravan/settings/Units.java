package io.caravan.settings;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Numbers with a unit: {@code 500ms}, {@code 8MiB}. A number without one is refused, except for 0. */
final class Units {

    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,9})\\s*([A-Za-z]*)");
    private static final Map<String, Long> MILLISECONDS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES = Map.of(
            "B",
            1L,
            "kB",
            1_000L,
            "KB",
            1_000L,
            "MB",
            1_000_000L,
            "GB",
            1_000_000_000L,
            "KiB",
            1L << 10,
            "MiB",
            1L << 20,
            "GiB",
            1L << 30);

    private Units() {}

    static Duration duration(String text) {
        return Duration.ofMillis(quantity(text, MILLISECONDS));
    }

    static Long bytes(String text) {
        return quantity(text, BYTES);
    }

    private static long quantity(String text, Map<String, Long> units) {
        Matcher quantity = QUANTITY.matcher(text);
        if (!quantity.matches()) {
            throw new IllegalArgumentException("not a number with a unit");
        }
        long number = Long.parseLong(quantity.group(1));
        String unit = quantity.group(2);
        Long factor = units.get(unit);
        if (factor == null) {
            if (number == 0 && unit.isEmpty()) {
                return 0;
            }
            throw unit.isEmpty() ? new Refusal("has no unit: expected one of " + names(units)) : unknown(unit);
        }
        return number * factor;
    }

    private static IllegalArgumentException unknown(String unit) {
        return new IllegalArgumentException("unknown unit " + unit);
    }

    private static String names(Map<String, Long> units) {
        return units.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
    }
}
