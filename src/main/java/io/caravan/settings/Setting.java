package io.caravan.settings;

import java.util.Locale;

/**
 * A setting there is.
 *
 * @param pattern its key; {@code NAME} stands for one segment, {@code *} at the end for one or more
 * @param defaultText the value where none is set, before placeholders; empty where there is none
 * @param secret whether its value must not be printed
 * @param sentence what it is, for people
 */
record Setting<T>(String pattern, ValueType<T> type, String defaultText, boolean secret, String sentence) {

    /** The key for one provider or token. */
    String key(String name) {
        return pattern.replace("NAME", name);
    }

    boolean named() {
        return pattern.contains("NAME");
    }

    /** Whether its NAME is that of an MCP server. */
    boolean ofMcp() {
        return pattern.startsWith("caravan.mcp.");
    }

    boolean open() {
        return pattern.endsWith(".*");
    }

    boolean matches(String key) {
        String[] typed = key.split("\\.", -1);
        String[] meant = pattern.split("\\.", -1);
        if (typed.length < meant.length || (typed.length > meant.length && !open())) {
            return false;
        }
        for (int i = 0; i < meant.length; i++) {
            boolean any = meant[i].equals("NAME") || meant[i].equals("*");
            if (any ? typed[i].isEmpty() : !typed[i].equals(meant[i])) {
                return false;
            }
        }
        return true;
    }

    /** What this setting's key would be if {@code key} were a slip of the pen for it. */
    String meantBy(String key) {
        String[] typed = key.split("\\.", -1);
        String[] meant = pattern.split("\\.", -1);
        for (int i = 0; i < meant.length && i < typed.length; i++) {
            if (meant[i].equals("NAME") || meant[i].equals("*")) {
                meant[i] = typed[i];
            }
        }
        return String.join(".", meant);
    }

    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
