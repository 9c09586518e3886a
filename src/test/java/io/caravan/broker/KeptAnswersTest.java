package io.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.store.Database;
import io.caravan.testing.Databases;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeptAnswersTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private static KeptAnswer answer(String text) {
        return new KeptAnswer("hash", text, "ollama", "llama3.2", "stop", 26, 90, 1);
    }

    private static KeptAnswers on(Database database, Instant now) {
        return new KeptAnswers(database, Duration.ofDays(7), Clock.fixed(now, ZoneOffset.UTC));
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheFirstAnswerOfAKey(Databases kind) {
        try (Database database = kind.open(folder)) {
            KeptAnswers kept = on(database, NOW);

            assertThat(kept.find("k")).isEmpty();
            assertThat(kept.keep("k", answer("one"))).isEqualTo(answer("one"));
            assertThat(kept.keep("k", answer("two"))).isEqualTo(answer("one"));
            assertThat(kept.find("k")).contains(answer("one"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void forgetsAnAnswerWhenItsTimeIsOver(Databases kind) {
        try (Database database = kind.open(folder)) {
            on(database, NOW).keep("k", answer("one"));
            KeptAnswers later = on(database, NOW.plus(Duration.ofDays(7)));

            assertThat(later.find("k")).isEmpty();
            assertThat(later.keep("k", answer("two"))).isEqualTo(answer("two"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsEveryCharacterThatADatabaseCan(Databases kind) {
        try (Database database = kind.open(folder)) {
            KeptAnswers kept = on(database, NOW);

            kept.keep("é 😀 '", answer("é 😀 ' \0 end"));

            assertThat(kept.find("é 😀 '").orElseThrow().text()).isEqualTo("é 😀 ' \uFFFD end");
        }
    }
}
