package io.caravan.reliability;

import java.util.List;
import java.util.stream.Stream;

/**
 * The settings a row runs under: the catalogue's budget, 2 retries and timeouts that are a tenth to a thirtieth of its
 * 30 s, with one fallback provider where there are two. Rows of one platform share a running program.
 *
 * @param type of the providers
 * @param providers how many there are, named a, b
 * @param own settings of the first provider; of the program, if they begin with {@code caravan.}
 */
record Platform(String name, String type, int providers, List<String> own) {

    static final Platform PAIR = of("pair", "ollama", 2);
    static final Platform OPENAI_PAIR = of("openai-pair", "openai", 2);
    static final Platform ALONE = of("alone", "ollama", 1);
    static final Platform OPENAI_ALONE = of("openai-alone", "openai", 1);
    /** The first provider may be silent for a second. */
    static final Platform HASTY = of("hasty", "ollama", 2, "first-byte-timeout=1s", "idle-timeout=1s");

    static final Platform OPENAI_HASTY = of("openai-hasty", "openai", 2, "first-byte-timeout=1s", "idle-timeout=1s");
    /** The timeouts of 30 s as 3 s. */
    static final Platform TENTH = of("tenth", "ollama", 2, "first-byte-timeout=3s", "idle-timeout=3s");

    static final Platform NARROW = of("narrow", "ollama", 1, "max-connections=1", "acquire-timeout=300ms");
    static final Platform BRIEF = of("brief", "ollama", 1, "total-timeout=1s");
    static final Platform OPENAI_BRIEF = of("openai-brief", "openai", 1, "total-timeout=1s");
    /** The breaker's 30 s as 750 ms, for requests 100 ms apart. */
    static final Platform FLAPPING = of("flapping", "ollama", 2, "breaker.open-for=750ms");

    static final Platform FLAPPING_ALONE = of("flapping-alone", "ollama", 1, "breaker.open-for=750ms");
    /** The first provider is left alone for long, which no other row should meet. */
    static final Platform SPARED = of("spared", "ollama", 2);

    static final Platform SPARED_ALONE = of("spared-alone", "ollama", 1);
    static final Platform RESUME_OFF = of("resume-off", "ollama", 2, "resume=off");
    static final Platform OPENAI_RESUME = of("openai-resume", "openai", 2, "resume=prefix");
    /** Callers are let in with a token, browser pages of one origin. */
    static final Platform GUARDED = of(
            "guarded",
            "ollama",
            1,
            "caravan.auth.token.alice=token-of-alice",
            "caravan.allowed-origins=https://friend.example");
    /** What may wait for a caller who does not read is little, and not for long. */
    static final Platform IMPATIENT = of(
            "impatient", "ollama", 1, "caravan.websocket.outgoing-bytes=256KiB", "caravan.websocket.slow-after=300ms");

    /** With a tool that takes an hour, and may. */
    static final Platform TOOLED = of("tooled", "ollama", 1, "caravan.tools.timeout=1h");

    static final Platform CROWDED = of("crowded", "ollama", 1, "caravan.max-concurrent=10", "caravan.max-waiting=20");

    private static Platform of(String name, String type, int providers, String... own) {
        return new Platform(name, type, providers, List.of(own));
    }

    /** The settings of the whole program. */
    String[] settings() {
        return own.stream().filter(setting -> setting.startsWith("caravan.")).toArray(String[]::new);
    }

    /** The settings of a provider; what is special is so for the first. */
    String[] settings(String provider) {
        Stream<String> common =
                Stream.of("model=model-" + provider, "max-retries=2", "retry-backoff=20ms", "retry-backoff-max=3s");
        Stream<String> special = own.stream().filter(setting -> !setting.startsWith("caravan."));
        return (provider.equals("a") ? Stream.concat(common, special) : common).toArray(String[]::new);
    }
}
