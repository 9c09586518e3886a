package io.caravan.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.batch.TakenFiles.Taken;
import io.caravan.store.Database;
import io.caravan.testing.Databases;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The ledger on each database that it can be kept in. */
@ParameterizedClass
@EnumSource(Databases.class)
class LedgerTest {

    private static final BatchFile FILE = new BatchFile("f1", 3);

    final Databases databases;

    @TempDir
    Path folder;

    Database database;
    Ledger ledger;
    final Hands clock = new Hands();

    LedgerTest(Databases databases) {
        this.databases = databases;
    }

    @BeforeEach
    void open() {
        database = databases.open(folder);
        ledger = new Ledger(database, Duration.ofHours(1), clock);
    }

    @AfterEach
    void close() {
        database.close();
    }

    /** A clock whose hands are moved. */
    private static final class Hands extends Clock {

        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private Batch register() {
        return ledger.register(FILE, "many.jsonl", lines(3));
    }

    private static Iterator<BatchLine> lines(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> new BatchLine(number, "id-" + number, "{}"))
                .iterator();
    }

    private static LineResult answer(int line) {
        return new LineResult("f1", line, 1, Optional.of("{\"n\":" + line + "}"), Optional.empty(), 5, 7);
    }

    private static LineResult failure(int line) {
        return new LineResult(
                "f1", line, 2, Optional.of("{}"), Optional.of(new LineError("invalid_request", "no")), 0, 0);
    }

    private Batch now() {
        return ledger.find("f1").orElseThrow();
    }

    @Test
    void writesABatchDownWithAllItsLines() {
        Batch batch = register();

        assertThat(batch.name()).isEqualTo("many.jsonl");
        assertThat(batch.state()).isEqualTo(Batch.State.RUNNING);
        assertThat(batch.left()).isEqualTo(3);
        assertThat(batch.expires()).isEqualTo(clock.now.plus(Duration.ofHours(1)));
        assertThat(ledger.lines().pending("f1", 1, 3)).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(ledger.all()).containsExactly(batch);
    }

    @Test
    void leavesABatchThatIsKnownWhereItIs() {
        Batch first = register();
        ledger.lines().record(List.of(answer(1)));
        ledger.sent("f1", 2);

        Batch again = register();

        assertThat(again.run()).isEqualTo(first.run());
        assertThat(again.done()).isOne();
        assertThat(again.sent()).isEqualTo(2);
    }

    @Test
    void countsEachResultOnce() {
        register();

        ledger.lines().record(List.of(answer(1), failure(2)));
        ledger.lines().record(List.of(answer(1), answer(2)));

        assertThat(now().done()).isOne();
        assertThat(now().failed()).isOne();
        assertThat(now().promptTokens()).isEqualTo(5);
        assertThat(now().completionTokens()).isEqualTo(7);
        assertThat(now().finished()).isFalse();
        assertThat(ledger.lines().failures("f1")).containsExactly(Map.entry("invalid_request", 1));
    }

    @Test
    void completesABatchWithItsLastResult() {
        register();

        ledger.lines().record(List.of(answer(3), answer(1)));
        clock.now = clock.now.plusSeconds(9);
        ledger.lines().record(List.of(failure(2)));

        assertThat(now().state()).isEqualTo(Batch.State.COMPLETED);
        assertThat(now().ended()).contains(clock.now);
        assertThat(ledger.lines().finished("f1", 0, 10))
                .extracting(FinishedLine::number)
                .containsExactly(1, 2, 3);
        assertThat(ledger.lines().finished("f1", 1, 1)).singleElement().satisfies(line -> {
            assertThat(line.customId()).isEqualTo("id-2");
            assertThat(line.error()).contains(new LineError("invalid_request", "no"));
        });
    }

    @Test
    void endsWhatHasNoResultAndKeepsTheRest() {
        register();
        ledger.lines().record(List.of(answer(2)));

        ledger.end("f1", Batch.State.CANCELLED, LineError.CANCELLED);
        ledger.lines().record(List.of(answer(1)));

        assertThat(now().state()).isEqualTo(Batch.State.CANCELLED);
        assertThat(now().finished()).isTrue();
        assertThat(now().done()).isOne();
        assertThat(now().failed()).isEqualTo(2);
        assertThat(ledger.lines().failures("f1")).containsExactly(Map.entry("batch_cancelled", 2));
    }

    @Test
    void doesNotEndWhatHasEnded() {
        register();
        ledger.lines().record(List.of(answer(1), answer(2), answer(3)));

        ledger.end("f1", Batch.State.EXPIRED, LineError.EXPIRED);

        assertThat(now().state()).isEqualTo(Batch.State.COMPLETED);
    }

    @Test
    void takesUpAgainOnlyWhatWasNotExecuted() {
        Batch first = register();
        ledger.lines().record(List.of(answer(1), failure(2)));
        ledger.end("f1", Batch.State.EXPIRED, LineError.EXPIRED);
        clock.now = clock.now.plusSeconds(1);

        Batch again = register();

        assertThat(again.state()).isEqualTo(Batch.State.RUNNING);
        assertThat(again.run()).isNotEqualTo(first.run());
        assertThat(again.sent()).isZero();
        assertThat(again.ended()).isEmpty();
        assertThat(ledger.lines().pending("f1", 1, 3)).containsExactly(3);
        assertThat(ledger.lines().pending("f1", first.run(), 3)).isFalse();
        assertThat(ledger.lines().pending("f1", again.run(), 3)).isTrue();
        assertThat(ledger.lines().pending("f1", again.run(), 1)).isFalse();
    }

    @Test
    void takesUpFailedLinesAgainWhenAskedTo() {
        register();
        ledger.lines().record(List.of(answer(1), failure(2), failure(3)));
        clock.now = clock.now.plusSeconds(1);

        Batch again = ledger.retryFailed(now());

        assertThat(again.running()).isTrue();
        assertThat(again.failed()).isZero();
        assertThat(ledger.lines().pending("f1", 1, 3)).containsExactlyInAnyOrder(2, 3);
        ledger.lines().record(List.of(answer(2), answer(3)));
        assertThat(now().state()).isEqualTo(Batch.State.COMPLETED);
        assertThat(now().done()).isEqualTo(3);
    }

    @Test
    void knowsWhoseTimeIsOver() {
        register();

        assertThat(ledger.overdue()).isEmpty();
        clock.now = clock.now.plus(Duration.ofHours(1));
        assertThat(ledger.overdue()).containsExactly("f1");
        ledger.end("f1", Batch.State.EXPIRED, LineError.EXPIRED);
        assertThat(ledger.overdue()).isEmpty();
    }

    @Test
    void forgetsABatchOnlyAfterItsTime() {
        register();
        clock.now = clock.now.plus(Duration.ofDays(90));
        assertThat(ledger.forget(Duration.ofDays(30))).isZero();
        ledger.lines().record(List.of(answer(1), answer(2), answer(3)));

        assertThat(ledger.forget(Duration.ofDays(30))).isZero();
        clock.now = clock.now.plus(Duration.ofDays(31));
        assertThat(ledger.forget(Duration.ofDays(30))).isOne();

        assertThat(ledger.find("f1")).isEmpty();
        assertThat(ledger.lines().finished("f1", 0, 10)).isEmpty();
    }

    @Test
    void remembersTheNameOfTheOutputOfEachFile() {
        TakenFiles files = ledger.files();
        Taken file = new Taken("here", "many.jsonl", "v1");
        files.take(file, "f1", "many-2");

        assertThat(files.output(file, "f1")).contains("many-2");
        assertThat(files.output(file, "f2")).isEmpty();
        assertThat(files.output(new Taken("here", "many.jsonl", "v2"), "f1")).isEmpty();
        assertThat(files.output(new Taken("there", "many.jsonl", "v1"), "f1")).isEmpty();
        assertThat(files.batch("here", "many.jsonl")).contains("f1");
        files.take(new Taken("here", "many.jsonl", "v2"), "f2", "many-3");
        assertThat(files.output(file, "f1")).isEmpty();
        assertThat(files.batch("here", "many.jsonl")).contains("f2");
    }

    @Test
    void isTakenUpAgainByOneOfTwoThatTry() {
        register();
        ledger.end("f1", Batch.State.CANCELLED, LineError.CANCELLED);
        Batch cancelled = now();
        clock.now = clock.now.plusSeconds(1);
        Batch first = ledger.retryFailed(cancelled);
        clock.now = clock.now.plusSeconds(1);

        Batch second = ledger.retryFailed(cancelled);

        assertThat(second.run()).isEqualTo(first.run()).isNotEqualTo(cancelled.run());
        assertThat(second.failed()).isZero();
    }

    @Test
    void countsRightWhenManyWriteTheSameLines() {
        ledger.register(new BatchFile("f1", 200), "many.jsonl", lines(200));
        List<CompletableFuture<Void>> written = new ArrayList<>();

        try (LedgerWriter one = new LedgerWriter(ledger, () -> {});
                LedgerWriter other = new LedgerWriter(ledger, () -> {})) {
            for (int line = 1; line <= 200; line++) {
                written.add(one.write(answer(line)));
                written.add(other.write(answer(line)));
            }
            written.forEach(CompletableFuture::join);
        }

        assertThat(now().done()).isEqualTo(200);
        assertThat(now().promptTokens()).isEqualTo(1000);
        assertThat(now().state()).isEqualTo(Batch.State.COMPLETED);
    }

    @Test
    void isThereAgainWhenItIsOpenedAnew() {
        register();
        ledger.lines().record(List.of(answer(1)));
        if (databases == Databases.SQLITE) {
            database.close();
            database = databases.open(folder);
        }

        assertThat(new Ledger(database, Duration.ofHours(1), clock).find("f1"))
                .map(Batch::done)
                .contains(1);
    }
}
