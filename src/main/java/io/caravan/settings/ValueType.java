package io.caravan.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the text of a setting has to be.
 *
 * @param expected in words, to follow "is not"
 * @param parser throws an {@link IllegalArgumentException} for anything else, a {@link Refusal} where it can say why
 */
record ValueType<T>(String expected, Function<String, T> parser) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]*[a-z0-9])?");
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");
    private static final Pattern PRINTABLE = Pattern.compile("[\\t\\x20-\\x7e\\xa0-\\xff]*");
    private static final Pattern ORIGIN =
            Pattern.compile("https?://[a-z0-9._-]+(?::\\d+)?|https?://\\[[0-9a-f:]+](?::\\d+)?");
    private static final Pattern BROKER =
            Pattern.compile("tcp://[^\\s,/()]+/?(?:\\?\\S+)?|\\(tcp://[^\\s()]+\\)(?:\\?\\S+)?");
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9._-]+|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%\\w+)?]?");

    T parse(String text) {
        return parser.apply(text);
    }

    static ValueType<String> text() {
        return new ValueType<>("a text", text -> text);
    }

    static ValueType<Integer> integer(int from, int to) {
        String expected = to == Integer.MAX_VALUE
                ? "a whole number from " + from + " on"
                : "a whole number from " + from + " to " + to;
        return new ValueType<>(expected, text -> within(Integer.parseInt(text), from, to));
    }

    static ValueType<Integer> percent() {
        return new ValueType<>("a percentage from 1 to 100, such as 50", text -> {
            String number =
                    text.endsWith("%") ? text.substring(0, text.length() - 1).strip() : text;
            return within(Integer.parseInt(number), 1, 100);
        });
    }

    static ValueType<Double> decimal(String from, String to) {
        return new ValueType<>("a number from " + from + " to " + to, text -> {
            if (!text.matches("\\d+(\\.\\d+)?")) {
                throw new NumberFormatException(text);
            }
            return within(Double.parseDouble(text), Double.parseDouble(from), Double.parseDouble(to));
        });
    }

    /** At most 24 days, so that its milliseconds fit an {@code int}. */
    static ValueType<Duration> duration(String from) {
        return new ValueType<>(
                "a duration such as 500ms, 30s, 5m or 1h, from " + from + " to 24d",
                text -> within(Units.duration(text), Units.duration(from), Duration.ofDays(24)));
    }

    /** For what may last longer than a timer of Camel's. */
    static ValueType<Duration> duration(String from, int mostDays) {
        return new ValueType<>(
                "a duration such as 12h or 30d, from " + from + " to " + mostDays + "d",
                text -> within(Units.duration(text), Units.duration(from), Duration.ofDays(mostDays)));
    }

    static ValueType<String> postgresUrl() {
        return new ValueType<>(
                "a URL such as jdbc:postgresql://host:5432/caravan",
                text -> checked(text, text.matches("jdbc:postgresql:\\S+")));
    }

    static ValueType<Integer> size(String from, String to) {
        return new ValueType<>(
                "a size such as 64KiB or 8MiB, from " + from + " to " + to,
                text -> within(Units.bytes(text), Units.bytes(from), Units.bytes(to))
                        .intValue());
    }

    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> values) {
        String names = Arrays.stream(values.getEnumConstants())
                .map(ValueType::lowerCase)
                .collect(Collectors.joining(", "));
        return new ValueType<>(
                "one of " + names,
                text -> Arrays.stream(values.getEnumConstants())
                        .filter(value -> lowerCase(value).equals(text.toLowerCase(Locale.ROOT)))
                        .findAny()
                        .orElseThrow(() -> new IllegalArgumentException(text)));
    }

    /** An address over HTTP, without a slash at its end. */
    static ValueType<URI> url() {
        return new ValueType<>("a URL such as http://localhost:11434", text -> {
            URI url = URI.create(text.replaceFirst("/+$", ""));
            if (url.getRawUserInfo() != null) {
                throw new Refusal("must not hold a user name or password: use api-key or headers.Authorization");
            }
            if (url.getRawQuery() != null || url.getRawFragment() != null) {
                throw new Refusal("must not hold a ? or #");
            }
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            return checked(url, http && url.getHost() != null);
        });
    }

    /** An address over HTTP, exactly as it is written: a slash at its end counts. */
    static ValueType<URI> endpoint() {
        return new ValueType<>("a URL such as http://localhost:3001/mcp", text -> {
            URI url = URI.create(text);
            if (url.getRawUserInfo() != null) {
                throw new Refusal("must not hold a user name or password: use headers.Authorization");
            }
            if (url.getRawFragment() != null) {
                throw new Refusal("must not hold a #");
            }
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            return checked(url, http && url.getHost() != null);
        });
    }

    /** Where a broker is, or several that stand in for each other. */
    static ValueType<String> brokerUrl() {
        return new ValueType<>("the address of a broker such as tcp://localhost:61616", text -> {
            if (text.contains("@") || text.toLowerCase(Locale.ROOT).contains("password=")) {
                throw new Refusal("must not hold a user name or password: use caravan.broker.user and .password");
            }
            return checked(text, BROKER.matcher(text).matches());
        });
    }

    /** A server, without what it speaks. */
    static ValueType<String> hostAndPort() {
        return new ValueType<>(
                "a host and a port such as localhost:9092",
                text -> checked(text, text.matches("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):[1-9]\\d{0,4}")));
    }

    /** What may be the name of a topic. */
    static ValueType<String> topic() {
        return new ValueType<>(
                "a name of letters, digits, dots, dashes and underscores",
                text -> checked(text, text.matches("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}")));
    }

    /** A program and its arguments, in the quotes of a shell where they hold blanks. */
    static ValueType<List<String>> shellWords() {
        return new ValueType<>("a command such as npx \"my server\"", text -> ShellWords.of(text));
    }

    /** The path of a URL, without a query. */
    static ValueType<String> urlPath() {
        return new ValueType<>(
                "a path such as /stream", text -> checked(text, text.matches("(?:/[A-Za-z0-9._~@:-]*)+")));
    }

    /** A JSON Pointer (RFC 6901). */
    static ValueType<String> jsonPointer() {
        return new ValueType<>(
                "a JSON Pointer such as /output", text -> checked(text, text.matches("(?:/(?:[^/~]|~[01])*)+")));
    }

    static ValueType<Path> path() {
        return new ValueType<>("the path of a file or folder", Path::of);
    }

    static ValueType<String> host() {
        return new ValueType<>(
                "the name or address of an interface, such as 127.0.0.1",
                text -> checked(text, HOST.matcher(text).matches() && text.startsWith("[") == text.endsWith("]"))
                        .replaceAll("[\\[\\]]", ""));
    }

    static ValueType<String> name() {
        return new ValueType<>(
                "a name of small letters, digits and dashes",
                text -> checked(text, NAME.matcher(text).matches()));
    }

    /** The name of a tool as models know it, or a pattern. */
    static ValueType<String> toolName() {
        return new ValueType<>(
                "the name of a tool, in which * stands for any characters, such as mail__*",
                text -> checked(text, text.matches("[A-Za-z0-9_*-]{1,100}")));
    }

    static ValueType<String> origin() {
        return new ValueType<>("an origin such as https://chat.example.org, or *", text -> {
            String origin = text.toLowerCase(Locale.ROOT);
            return checked(origin, origin.equals("*") || ORIGIN.matcher(origin).matches());
        });
    }

    /** A key or token: it goes into a header, so it is one word of visible ASCII. */
    static ValueType<Secret> word() {
        return secret("one word of visible ASCII characters", VISIBLE);
    }

    static ValueType<Secret> headerValue() {
        return secret("one line of printable characters", PRINTABLE);
    }

    static ValueType<Secret> secretText() {
        return new ValueType<>("a text", Secret::new);
    }

    /** Divided by commas; none twice. */
    static <E> ValueType<List<E>> listOf(ValueType<E> each) {
        return new ValueType<>("a list, divided by commas, each " + each.expected(), text -> {
            List<E> all = split(text, each);
            if (all.stream().distinct().count() < all.size()) {
                throw new Refusal("names one of them twice");
            }
            return all;
        });
    }

    /** Divided by commas; the same may stand there again. */
    static <E> ValueType<List<E>> oneOrMore(ValueType<E> each) {
        return new ValueType<>(each.expected() + ", or several, divided by commas", text -> split(text, each));
    }

    /** A comma within a placeholder, which only Camel can resolve, divides nothing. */
    private static <E> List<E> split(String text, ValueType<E> each) {
        return Arrays.stream(text.split(",(?![^{}]*}})", -1))
                .map(String::strip)
                .map(each::parse)
                .toList();
    }

    private static ValueType<Secret> secret(String expected, Pattern allowed) {
        return new ValueType<>(expected, text -> {
            Secret secret = new Secret(text);
            return checked(secret, secret.unresolved() || allowed.matcher(text).matches());
        });
    }

    private static <C extends Comparable<C>> C within(C value, C from, C to) {
        return checked(value, value.compareTo(from) >= 0 && value.compareTo(to) <= 0);
    }

    private static <V> V checked(V value, boolean right) {
        if (!right) {
            throw new IllegalArgumentException("out of range or malformed");
        }
        return value;
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
