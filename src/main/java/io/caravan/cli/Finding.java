package io.caravan.cli;

import java.util.Locale;

/** What doctor found: one line, and what to do where something is wrong. */
record Finding(Level level, String subject, String text) {

    enum Level {
        OK,
        WARN,
        FAIL
    }

    static Finding ok(String subject, String text) {
        return new Finding(Level.OK, subject, text);
    }

    static Finding warn(String subject, String text) {
        return new Finding(Level.WARN, subject, text);
    }

    static Finding fail(String subject, String text) {
        return new Finding(Level.FAIL, subject, text);
    }

    String line() {
        String word = level == Level.FAIL ? "FAIL" : level.name().toLowerCase(Locale.ROOT);
        return String.format(Locale.ROOT, "%-5s %-16s %s", word, subject, text.replace('\n', ' '));
    }
}
