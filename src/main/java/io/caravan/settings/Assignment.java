package io.caravan.settings;

/**
 * A key that was set.
 *
 * @param text as it was written, with its placeholders
 * @param origin for people: file and line, the environment variable, or {@code --set}
 */
record Assignment(String key, String text, String origin) {

    boolean caravan() {
        return key.startsWith("caravan.");
    }
}
