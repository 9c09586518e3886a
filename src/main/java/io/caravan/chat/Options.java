package io.caravan.chat;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the model is to write; what is absent is the server's default.
 *
 * @param stop texts that end the answer, at most four
 */
public record Options(
        OptionalDouble temperature, OptionalDouble topP, OptionalInt maxTokens, List<String> stop, OptionalLong seed) {

    public static final Options NONE = new Options(
            OptionalDouble.empty(), OptionalDouble.empty(), OptionalInt.empty(), List.of(), OptionalLong.empty());

    public Options {
        stop = List.copyOf(stop);
    }

    /** These options, and {@code defaults} for what is absent here. */
    public Options orElse(Options defaults) {
        return new Options(
                temperature.isPresent() ? temperature : defaults.temperature,
                topP.isPresent() ? topP : defaults.topP,
                maxTokens.isPresent() ? maxTokens : defaults.maxTokens,
                stop.isEmpty() ? defaults.stop : stop,
                seed.isPresent() ? seed : defaults.seed);
    }
}
