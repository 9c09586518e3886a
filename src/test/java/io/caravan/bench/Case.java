package io.caravan.bench;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A piece of work to be measured, the Java that the programs under test run on, and what it is to show. */
record Case(String name, String title, JavaNeeded java, int streams, Script script) {

    /** Which Java a case asks for. */
    enum JavaNeeded {
        NEWEST,
        SEVENTEEN
    }

    static final List<Case> STREAMING = List.of(
            new Case("64x50", "64 streams x 50 chunks/s", JavaNeeded.NEWEST, 64, new Script(100, 50)),
            new Case("1000x50", "1,000 streams x 50 chunks/s", JavaNeeded.NEWEST, 1_000, new Script(500, 50)),
            new Case("9000x1", "9,000 streams x 1 chunk/s", JavaNeeded.NEWEST, 9_000, new Script(30, 1)),
            new Case("1000x1", "1,000 streams x 1 chunk/s, Java 17", JavaNeeded.SEVENTEEN, 1_000, new Script(30, 1)));

    private static final Pattern OTHER = Pattern.compile("(\\d+)x(\\d+)");

    /** The named cases that stream; any other {@code STREAMSxRATE} is ten seconds long. */
    static List<Case> streaming(List<String> names) {
        return names.stream()
                .flatMap(name ->
                        STREAMING.stream()
                                .filter(known -> known.name().equals(name))
                                .findFirst()
                                .or(() -> other(name))
                                .stream())
                .toList();
    }

    private static Optional<Case> other(String name) {
        Matcher matcher = OTHER.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int streams = Integer.parseInt(matcher.group(1));
        int rate = Integer.parseInt(matcher.group(2));
        return Optional.of(new Case(
                name,
                "%,d streams x %d chunks/s".formatted(streams, rate),
                JavaNeeded.NEWEST,
                streams,
                new Script(10 * rate, rate)));
    }

    /** The same 2,500 chunks a second over few and over many connections; no answer begins or ends in between. */
    static final Case FEW = new Case(
            "connections",
            "50 connections x 50 chunks/s (2,500 chunks/s)",
            JavaNeeded.NEWEST,
            50,
            new Script(1_000_000, 50));

    static final Case MANY = new Case(
            "connections",
            "5,000 connections x 0.5 chunks/s (2,500 chunks/s)",
            JavaNeeded.NEWEST,
            5_000,
            new Script(1_000_000, 0.5));

    /** Short answers, for what it costs to begin them. */
    static final Case SHORT =
            new Case("tls", "4 callers, answers of 5 chunks in 0.1 s", JavaNeeded.NEWEST, 4, new Script(5, 50));

    /** Short answers that a second provider gives, since the first is down. */
    static final Case BEHIND =
            new Case("fallback", "16 callers, answers of 5 chunks in 0.1 s", JavaNeeded.NEWEST, 16, new Script(5, 50));

    /**
     * Short answers, so many that what is done once a question is compiled as it is after a day of work: at 32 questions
     * a second, as in the first case, that takes minutes.
     */
    static Work preheat(Duration time) {
        Duration ramp = Duration.ofMillis(500);
        return new Work(32, 1, new Script(3, 100), ramp, Duration.ZERO, time);
    }

    /**
     * The streams begin spread over the length of an answer, so that later ones begin and end as evenly; but over
     * {@code opening} at most, and not more than 1,500 a second.
     */
    Work work(int perConnection, Duration opening, Duration warmUp, Duration measured) {
        long answer = script.chunks() * script.interval().toMillis();
        long ramp = Math.max(Math.max(1_000, streams * 2L / 3), Math.min(answer, opening.toMillis()));
        return new Work(streams, perConnection, script, Duration.ofMillis(ramp), warmUp, measured);
    }
}
