package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.ScriptedModel;
import io.caravan.reliability.QueueBooks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The disk with the work dir is full, to the brim, and the program is killed in the midst of that. Needs an empty file system
 * of 500 MiB to 2 GiB that nobody else uses, whose folder is {@code -Dcaravan.small-disk}.
 */
final class DiskKillsIT {

    private static final int EACH = 5_000;
    private static final Duration FULL = Duration.ofSeconds(Integer.getInteger("caravan.disk-full", 1));
    private static final long MIB = 1024 * 1024;

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final Path disk = Path.of(System.getProperty("caravan.small-disk", ""));
    private final Path filler = disk.resolve("filler");
    private final KillBooks books = new KillBooks(Duration.ofMillis(50), Duration.ofMillis(250));
    private final ScriptedModel model =
            ScriptedModel.builder().remembering(0).script(books::answer).start();

    @BeforeEach
    void workThere() throws IOException {
        assumeThat(disk.toString()).as("-Dcaravan.small-disk").isNotEmpty();
        assertThat(disk.toFile().getTotalSpace()).isBetween(500 * MIB, 2_048 * MIB);
        Files.createSymbolicLink(site.work(), Files.createDirectories(disk.resolve("work")));
    }

    @AfterEach
    void clear() throws IOException {
        model.close();
        if (!disk.toString().isEmpty()) {
            Files.deleteIfExists(filler);
            site.endAll();
            try (Stream<Path> files = Files.walk(disk.resolve("work"))) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Leaves so much free, or nothing at all. */
    private void fill(long leave) throws IOException {
        byte[] some = new byte[64 * 1024];
        try (OutputStream out = Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (disk.toFile().getUsableSpace() > leave) {
                out.write(some);
            }
        } catch (IOException e) {
            if (leave > 0) {
                throw e;
            }
            // to the brim
        }
    }

    private static void pass(Duration time) {
        await().pollDelay(time).atMost(time.plusMinutes(1)).until(() -> true);
    }

    private static boolean isSaid(Worker program) {
        return program.management().health().contains("the disk is full");
    }

    @Test
    void fullIsSaidAloudAndCostsNothing() throws Exception {
        Backlog backlog = new Backlog(site, books)
                .prompts(KillBooks.ids("prompt-", EACH))
                .batch("lines", KillBooks.ids("line-", EACH));
        Worker program = Worker.start(site, model, site.work());
        Calls.awaitSome(model, EACH / 20, EACH / 10);
        fill(100 * MIB);
        await().until(() -> isSaid(program));
        backlog.batch("late", KillBooks.ids("late-", EACH / 4));
        int before = Calls.of(model);
        pass(FULL);
        int meanwhile = Calls.of(model) - before;
        fill(0);
        pass(Duration.ofSeconds(10));
        fill(0);
        program.program().kill();
        Worker second = Worker.begin(site, model, site.work(), List.of());
        await().until(() ->
                second.program().isReady() || !second.program().handle().isAlive());
        String start = second.program().isReady() ? "starts" : "refuses to start";
        pass(Duration.ofSeconds(5));
        Files.delete(filler);
        Worker last = second.program().handle().isAlive() ? second : Worker.start(site, model, site.work());
        backlog.finish(last, model);

        QueueBooks.Verdict verdict = books.publish(
                "the disk is full, then to the brim, killed, freed; prompts and batches",
                1,
                meanwhile + " calls in " + FULL.toSeconds() + " s with 100 MiB free; on the full disk it " + start);
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(books.failed()).isEmpty();
        assertThat(books.dead()).isEmpty();
    }
}
