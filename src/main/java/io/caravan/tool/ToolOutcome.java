package io.caravan.tool;

/**
 * What came of a call of a tool, as the model gets it.
 *
 * @param isError the call failed, or the tool says so; the text is the reason, in words for the model
 */
public record ToolOutcome(String text, boolean isError) {

    public static ToolOutcome of(String text) {
        return new ToolOutcome(text, false);
    }

    public static ToolOutcome error(String why) {
        return new ToolOutcome(why, true);
    }
}
