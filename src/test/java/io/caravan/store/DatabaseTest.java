package io.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.settings.DatabaseSettings;
import io.caravan.testing.Databases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    private static final int PROGRAMS = 4;

    @TempDir
    Path folder;

    @RepeatedTest(3)
    void isMadeOnceWhereSeveralProgramsNeedItForTheFirstTimeAtTheSameMoment() {
        DatabaseSettings empty = Databases.POSTGRESQL.settings();
        CyclicBarrier together = new CyclicBarrier(PROGRAMS);
        List<Database> programs = Stream.generate(() -> new Database(empty, folder, UnaryOperator.identity()))
                .limit(PROGRAMS)
                .toList();

        List<CompletableFuture<Integer>> batches = programs.stream()
                .map(database -> CompletableFuture.supplyAsync(
                        () -> {
                            meet(together);
                            return database.jdbi()
                                    .withHandle(handle -> handle.createQuery("SELECT count(*) FROM batch")
                                            .mapTo(Integer.class)
                                            .one());
                        },
                        task -> new Thread(task).start()))
                .toList();

        assertThat(batches)
                .allSatisfy(count ->
                        assertThat(count).succeedsWithin(Duration.ofSeconds(60)).isEqualTo(0));
        programs.forEach(Database::close);
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
