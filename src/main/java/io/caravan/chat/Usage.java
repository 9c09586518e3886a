package io.caravan.chat;

/** Tokens read and written for one answer, as the model's server counted them; 0 where it did not say. */
public record Usage(long promptTokens, long completionTokens) {

    public static final Usage UNKNOWN = new Usage(0, 0);

    /** The tokens of both together. */
    public Usage plus(Usage other) {
        return new Usage(promptTokens + other.promptTokens, completionTokens + other.completionTokens);
    }

    public long totalTokens() {
        return promptTokens + completionTokens;
    }
}
