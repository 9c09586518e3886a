package io.caravan.dialect.gemini;

import io.caravan.failure.StreamException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why Gemini stopped writing, in the four words all dialects share. */
final class GeminiReason {

    private static final Pattern WORD = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    private GeminiReason() {}

    /**
     * The shared word for a server's own; empty if it gave none.
     *
     * @throws StreamException for a word that does not say that the answer is as it should be, known or not
     */
    static Optional<String> of(String said, boolean called) {
        return switch (said) {
            case "", "FINISH_REASON_UNSPECIFIED" -> Optional.empty();
            case "STOP" -> Optional.of(called ? "tool_calls" : "stop");
            case "MAX_TOKENS" -> Optional.of("length");
            case "SAFETY",
                    "RECITATION",
                    "LANGUAGE",
                    "BLOCKLIST",
                    "PROHIBITED_CONTENT",
                    "SPII",
                    "MODEL_ARMOR",
                    "IMAGE_SAFETY",
                    "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION" -> Optional.of("content_filter");
            default -> throw StreamException.interrupted("The model's server gave the answer up: " + word(said), null);
        };
    }

    /** One of the server's words, if it is no more than that. */
    static String word(String said) {
        return WORD.matcher(said).matches() ? said : "for a reason that is not a word";
    }
}
