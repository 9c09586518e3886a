package io.caravan.camel.reload;

import static io.caravan.camel.reload.LiveCamel.route;
import static io.caravan.camel.reload.LiveCamel.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwapUnderLoadTest {

    private static final int CALLERS = 100;
    private static final int ROUNDS = 10;

    @TempDir
    private Path folder;

    @Test
    void losesNoSlowMessageWhileItsRoutesAreReplacedAgainAndAgain() throws Exception {
        save("outer", "direct:inner", 0);
        save("inner", "direct:slow", 0);
        write(folder, "slow", route("slow", "direct:slow", "delay:\n            constant: 300"));
        ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();

        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try (LiveCamel camel = LiveCamel.of(folder).start()) {
            for (int i = 0; i < CALLERS; i++) {
                callers.execute(() -> {
                    while (!over.get()) {
                        asked.incrementAndGet();
                        try {
                            answers.add(camel.ask("direct:outer"));
                        } catch (RuntimeException e) {
                            failures.add(e);
                        }
                    }
                });
            }
            for (int round = 1; round <= ROUNDS; round++) {
                save("outer", "direct:inner", round);
                save("inner", "direct:slow", round);
                String newest = "outer" + round + "inner" + round;
                await().until(() -> answers.contains(newest));
            }
            over.set(true);
            callers.shutdown();

            assertThat(callers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
            assertThat(failures).isEmpty();
            assertThat(answers).hasSize(asked.get());
            await().until(() -> camel.running().size() == 3);
            assertThat(camel.running().stream().map(RouteIds::shown)).containsExactly("inner", "outer", "slow");
        } finally {
            over.set(true);
            callers.shutdownNow();
        }
    }

    /** A route that adds its name and version after what the next one did. */
    private void save(String id, String next, int version) throws Exception {
        write(
                folder,
                id,
                route(
                        id,
                        "direct:" + id,
                        "to: \"" + next + "\"",
                        "setBody:\n            simple: \"" + id + version + "${body}\""));
    }
}
