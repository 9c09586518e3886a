package io.caravan.settings;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Reads the format of {@link Properties}, but keeps the line of each key, and keys that come twice. The text was UTF-8.
 */
final class PropertiesFile {

    private final String name;

    PropertiesFile(String name) {
        this.name = name;
    }

    List<Assignment> read(String text) {
        List<Assignment> assignments = new ArrayList<>();
        StringBuilder entry = new StringBuilder();
        int line = 0;
        int first = 1;
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        for (String natural : (Iterable<String>) content.lines()::iterator) {
            line++;
            if (entry.isEmpty()) {
                first = line;
                if (comment(natural)) {
                    continue;
                }
            }
            entry.append(natural).append('\n');
            if (!continues(natural)) {
                parse(entry.toString(), name + ":" + first).forEach(assignments::add);
                entry.setLength(0);
            }
        }
        parse(entry.toString(), name + ":" + first).forEach(assignments::add);
        return assignments;
    }

    private static boolean comment(String line) {
        String stripped = line.stripLeading();
        return stripped.isEmpty() || stripped.startsWith("#") || stripped.startsWith("!");
    }

    private static boolean continues(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == '\\') {
            end--;
        }
        return (line.length() - end) % 2 == 1;
    }

    private static List<Assignment> parse(String entry, String origin) {
        Properties one = new Properties();
        try {
            one.load(new StringReader(entry));
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException(origin + ": not readable: a \\u needs four hexadecimal digits after it");
        }
        return one.stringPropertyNames().stream()
                .map(key -> new Assignment(key, one.getProperty(key).strip(), origin))
                .toList();
    }
}
