package io.caravan.settings;

import java.util.Optional;

/**
 * What is logged, and how.
 *
 * @param format absent: the caller's choice by {@link #format(boolean)}
 */
public record LogSettings(Optional<Format> format, Level level) {

    /** How a line looks. */
    public enum Format {
        TEXT,
        JSON
    }

    /** The least important line to be logged. */
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** The format that was set; otherwise text for a person at a terminal, JSON for a machine. */
    public Format format(boolean terminal) {
        return format.orElse(terminal ? Format.TEXT : Format.JSON);
    }
}
