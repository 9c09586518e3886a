package io.caravan.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.failure.CancelledException;
import io.caravan.store.Database;
import io.caravan.testing.CapturedLog;
import io.caravan.testing.Databases;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerWriterTest {

    @TempDir
    Path folder;

    private static LineResult answer(int line) {
        return new LineResult("f1", line, 1, Optional.of("{\"text\":\"an answer\"}"), Optional.empty(), 1, 1);
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("caravan.db"));
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    @Test
    void keepsResultsUntilTheLedgerTakesThemAgain() throws Exception {
        try (Database database = Databases.SQLITE.open(folder);
                CapturedLog log = CapturedLog.listen()) {
            Ledger ledger = new Ledger(database, Duration.ofHours(1), Clock.systemUTC());
            ledger.register(
                    new BatchFile("f1", 1),
                    "one.jsonl",
                    List.of(new BatchLine(1, "a", "{}")).iterator());
            sql("ALTER TABLE batch_line RENAME TO away");

            try (LedgerWriter writer = new LedgerWriter(ledger, () -> {})) {
                CompletableFuture<Void> written = writer.write(answer(1));
                assertThat(log.await(LedgerWriter.class.getName(), "cannot be written"))
                        .doesNotContain("an answer");
                assertThat(written).isNotDone();
                sql("ALTER TABLE away RENAME TO batch_line");

                await().until(written::isDone);
            }
            assertThat(ledger.find("f1")).map(Batch::done).contains(1);
        }
    }

    @Test
    void saysSoWhenItStopsBeforeAResultIsWritten() throws Exception {
        try (Database database = Databases.SQLITE.open(folder)) {
            Ledger ledger = new Ledger(database, Duration.ofHours(1), Clock.systemUTC());
            ledger.all();
            sql("ALTER TABLE batch_line RENAME TO away");
            LedgerWriter writer = new LedgerWriter(ledger, () -> {});
            CompletableFuture<Void> written = writer.write(answer(1));

            writer.close();

            assertThatThrownBy(written::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> writer.write(answer(2)).join()).hasCauseInstanceOf(CancelledException.class);
        }
    }
}
