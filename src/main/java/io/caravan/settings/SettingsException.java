package io.caravan.settings;

import java.util.List;

/**
 * The settings do not allow a start. The message is one line that names the setting, what is expected and where it was
 * set; it never holds a secret, and is all there is to print.
 */
public final class SettingsException extends RuntimeException {

    private final List<String> keys;

    public SettingsException(String message) {
        this(message, List.of());
    }

    /** What is wrong lies between several settings; where these were set is added while loading. */
    SettingsException(String message, List<String> keys) {
        super(message);
        this.keys = List.copyOf(keys);
    }

    List<String> keys() {
        return keys;
    }
}
