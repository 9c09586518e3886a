package io.caravan.operate;

import java.util.Locale;

/** What a check found: one line, and what to do where something is wrong. */
public record Finding(Level level, String subject, String text) {

    /** How bad it is. */
    public enum Level {
        OK,
        WARN,
        FAIL
    }

    /** All is well. */
    public static Finding ok(String subject, String text) {
        return new Finding(Level.OK, subject, text);
    }

    /** It runs, and not as well as it might. */
    public static Finding warn(String subject, String text) {
        return new Finding(Level.WARN, subject, text);
    }

    /** It will not run. */
    public static Finding fail(String subject, String text) {
        return new Finding(Level.FAIL, subject, text);
    }

    /** The finding as a line of a report. */
    public String line() {
        String word = level == Level.FAIL ? "FAIL" : level.name().toLowerCase(Locale.ROOT);
        return String.format(Locale.ROOT, "%-5s %-16s %s", word, subject, text.replace('\n', ' '));
    }
}
