package io.caravan.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is set, read as what it has to be. An empty text counts as not set. */
final class Values {

    private static final int SHOWN = 80;

    private final Map<String, Assignment> assignments;
    private final Placeholders placeholders;
    private final boolean virtualThreads;

    Values(Map<String, Assignment> assignments, Map<String, String> environment, boolean virtualThreads) {
        this.assignments = new LinkedHashMap<>(assignments);
        this.virtualThreads = virtualThreads;
        this.placeholders = new Placeholders(environment, key -> assignment(key).map(Assignment::text));
    }

    <T> T get(Setting<T> setting) {
        return get(setting, setting.pattern());
    }

    <T> T get(Setting<T> setting, String key) {
        return find(setting, key)
                .orElseThrow(() -> new SettingsException(
                        key + " must be set: it is " + setting.type().expected()));
    }

    <T> Optional<T> find(Setting<T> setting) {
        return find(setting, setting.pattern());
    }

    <T> Optional<T> find(Setting<T> setting, String key) {
        return assignment(key).flatMap(assignment -> read(setting, assignment));
    }

    /** The text of a key with its placeholders filled in; the default where it is not set. */
    Optional<String> text(String key) {
        return assignment(key).map(assignment -> filled(assignment, secret(key)));
    }

    Optional<String> origin(String key) {
        return Optional.ofNullable(assignments.get(key)).map(Assignment::origin);
    }

    private <T> Optional<T> read(Setting<T> setting, Assignment assignment) {
        String text = filled(assignment, setting.secret());
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(setting.type().parse(text));
        } catch (Refusal refusal) {
            throw bad(assignment, setting.secret(), text, refusal.reason());
        } catch (IllegalArgumentException e) {
            throw bad(
                    assignment,
                    setting.secret(),
                    text,
                    "is not " + setting.type().expected());
        }
    }

    private String filled(Assignment assignment, boolean secret) {
        try {
            return placeholders.fill(assignment.text()).strip();
        } catch (Refusal refusal) {
            throw bad(assignment, secret, assignment.text(), refusal.reason());
        }
    }

    private Optional<Assignment> assignment(String key) {
        Assignment assignment = assignments.get(key);
        if (assignment != null && !assignment.text().isEmpty()) {
            return Optional.of(assignment);
        }
        return Catalogue.find(key)
                .map(setting -> new Assignment(key, defaultText(setting, key), "default"))
                .filter(byDefault -> !byDefault.text().isEmpty());
    }

    private String defaultText(Setting<?> setting, String key) {
        if (setting.equals(Catalogue.MAX_CONCURRENT) && virtualThreads) {
            return "10000";
        }
        return setting.equals(Catalogue.TYPE) ? key.split("\\.", -1)[2] : setting.defaultText();
    }

    private static boolean secret(String key) {
        return Catalogue.find(key).map(Setting::secret).orElse(false);
    }

    /** Shows what was written, never what a placeholder brought in: that may be a secret. */
    private static SettingsException bad(Assignment assignment, boolean secret, String text, String reason) {
        String written = "\"" + shown(assignment.text()) + "\"";
        String subject = assignment.text().contains("@") || secret ? "the value" : written;
        if (!secret && !text.equals(assignment.text())) {
            subject = "the value of " + written;
        }
        return new SettingsException(
                assignment.key() + ": " + subject + " " + reason + " (" + assignment.origin() + ")");
    }

    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
    }
}
