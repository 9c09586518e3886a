package io.caravan.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.Inside;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many requests with a random fault each, from callers some of whom cancel or leave. At the end nothing of them is left
 * and the books balance. 400 requests, or as many as {@code -Dcaravan.soak=20000} says; {@code -Dcaravan.soak.seed}
 * chooses other faults.
 */
class SoakTest {

    private static final int REQUESTS = Integer.getInteger("caravan.soak", 400);
    private static final long SEED = Long.getLong("caravan.soak.seed", 1);
    private static final int CALLERS = 40;
    private static final String OURS = "(?!HttpClient-|chat-|websocket-|fault-|pool-).*";

    @Test
    void leavesNothingBehindAndItsBooksBalance(@TempDir Path folder) throws Exception {
        try (FaultServer a = FaultServer.start();
                FaultServer b = FaultServer.start();
                TestApp app = start(folder, a, b)) {
            Inside inside = Inside.of(app);
            play(app, CALLERS, new Books());
            inside.awaitPeace();
            List<String> threads = Inside.threads(OURS);
            double[] before = ends(app);
            Random faults = new Random(SEED);
            a.plays(new RandomFault(faults));
            b.plays(new RandomFault(faults));
            Books books = new Books();

            play(app, REQUESTS, books);

            inside.awaitPeace();
            System.out.println("The soak, seed " + SEED + ": " + books);
            books.assertBalanced(REQUESTS);
            double[] after = ends(app);
            double completed = after[0] - before[0];
            double cancelled = after[1] - before[1];
            double all = after[2] - before[2];
            assertThat(all).isEqualTo(REQUESTS);
            books.assertAgreesWith(completed, all - completed - cancelled, cancelled);
            assertThat(Inside.threads(OURS)).hasSizeLessThanOrEqualTo(threads.size() + 30);
            // Who has left asks again while its last request is still being stopped.
            assertThat(Inside.threads("chat-.*")).hasSizeLessThanOrEqualTo(2 * CALLERS);
            await().untilAsserted(() -> {
                assertThat(a.open()).isLessThanOrEqualTo(inside.idle("a"));
                assertThat(b.open()).isLessThanOrEqualTo(inside.idle("b"));
            });
        }
    }

    /** Requests by the metrics: completed, cancelled, all. */
    private static double[] ends(TestApp app) {
        String requests = "caravan_requests_total";
        return new double[] {
            app.metric(requests, "error_type=\"none\""),
            app.metric(requests, "error_type=\"cancelled\""),
            app.metric(requests, "")
        };
    }

    private static TestApp start(Path folder, FaultServer a, FaultServer b) {
        String[] hasty = {
            "first-byte-timeout=2s",
            "idle-timeout=1s",
            "max-retries=2",
            "retry-backoff=5ms",
            "retry-backoff-max=100ms",
            "breaker.failure-rate=80",
            "breaker.open-for=50ms"
        };
        return TestApp.in(folder)
                .ollama("a", a.url("ollama"), hasty)
                .openAi("b", b.url("openai"), hasty)
                .start();
    }

    private static void play(TestApp app, int requests, Books books) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Future<?>> callers = IntStream.range(0, CALLERS)
                    .<Future<?>>mapToObj(i ->
                            threads.submit(new SoakCaller(app, requests / CALLERS, new Random(SEED * 1000 + i), books)))
                    .toList();
            for (Future<?> caller : callers) {
                caller.get();
            }
        } finally {
            threads.shutdownNow();
            await().until(threads::isTerminated);
        }
    }
}
