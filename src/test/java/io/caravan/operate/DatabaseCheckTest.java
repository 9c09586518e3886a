package io.caravan.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.settings.DatabaseSettings;
import io.caravan.settings.Secret;
import io.caravan.store.Database;
import io.caravan.testing.Databases;
import io.caravan.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseCheckTest {

    @TempDir
    Path folder;

    private Finding finding(DatabaseSettings settings) {
        return new DatabaseCheck(Database.ofAnother(settings, folder, UnaryOperator.identity())).finding();
    }

    @Test
    void saysThatThereIsNoneYetAndMakesNone() throws IOException {
        Finding finding = finding(Databases.SQLITE.settings());

        assertThat(finding.level()).isEqualTo(Finding.Level.OK);
        assertThat(finding.text()).contains("caravan.db", "first needed");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void findsThoseThatCanBeUsed() {
        try (Database database = Databases.SQLITE.open(folder)) {
            database.jdbi();
        }

        assertThat(finding(Databases.SQLITE.settings()).line()).startsWith("ok").contains("SQLite");
        assertThat(finding(Databases.POSTGRESQL.settings()).line())
                .startsWith("ok")
                .contains("PostgreSQL");
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Files.writeString(folder.resolve("caravan.db"), "this is no database, however long one looks at it");

        assertThat(finding(Databases.SQLITE.settings()).line())
                .startsWith("FAIL")
                .contains("caravan.db", "caravan.database");
    }

    @Test
    void namesAServerThatIsNotThereAndShowsNoPassword() {
        Finding finding = finding(new DatabaseSettings(
                Optional.of("jdbc:postgresql://127.0.0.1:" + TestApp.closedPort() + "/caravan?password=open-sesame"),
                Optional.of("caravan"),
                Optional.of(new Secret("another-secret"))));

        assertThat(finding.line())
                .startsWith("FAIL")
                .contains("jdbc:postgresql://127.0.0.1:" + TestApp.closedPort() + "/caravan")
                .doesNotContain("sesame", "secret");
    }
}
