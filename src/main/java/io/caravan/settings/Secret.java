package io.caravan.settings;

import java.util.function.UnaryOperator;

/**
 * A value that must not be printed: {@link #toString()} hides it.
 *
 * @param value the text itself; where {@link #unresolved()}, still with placeholders that only Camel can resolve
 */
public record Secret(String value) {

    /** Whether Camel has still to look this up, for example in a vault. */
    public boolean unresolved() {
        return value.contains("{{");
    }

    /**
     * The text itself, whole.
     *
     * @param resolve looks up what is left in it for Camel
     */
    public String resolved(UnaryOperator<String> resolve) {
        return unresolved() ? resolve.apply(value) : value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
