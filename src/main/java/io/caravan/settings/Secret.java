package io.caravan.settings;

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

    @Override
    public String toString() {
        return "***";
    }
}
