package io.caravan.settings;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Short ways to load settings from one source. */
final class SettingsFixture {

    private SettingsFixture() {}

    static Settings set(String... sets) {
        return load(Map.of(), sets);
    }

    static Settings load(Map<String, String> environment, String... sets) {
        return Settings.load(Optional.empty(), environment, List.of(sets), false);
    }

    static Settings file(Path folder, String... lines) {
        return Settings.load(Optional.of(write(folder, lines)), Map.of(), List.of(), false);
    }

    static String refusal(String... sets) {
        return refusal(Map.of(), sets);
    }

    static String refusal(Map<String, String> environment, String... sets) {
        return message(() -> load(environment, sets));
    }

    /** The one line a start that fails prints. */
    static String message(Runnable start) {
        SettingsException refused = catchThrowableOfType(SettingsException.class, start::run);
        if (refused == null) {
            throw new AssertionError("the settings were taken");
        }
        return String.valueOf(refused.getMessage());
    }

    static Path write(Path folder, String... lines) {
        try {
            return Files.write(folder.resolve("application.properties"), List.of(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
