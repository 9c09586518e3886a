package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Fault;
import io.caravan.demo.ScriptedModel;
import io.caravan.reliability.QueueBooks;
import java.time.Duration;
import java.util.DoubleSummaryStatistics;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The model of prompts and a batch takes nothing for a while, and is away for a while. With {@code -Dcaravan.outage=full} that is five
 * and ten minutes.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
final class OutageKillsIT {

    private static final boolean FULL = System.getProperty("caravan.outage", "").equals("full");
    private static final Duration BUSY = FULL ? Duration.ofMinutes(5) : Duration.ofSeconds(20);
    private static final Duration AWAY = FULL ? Duration.ofMinutes(10) : Duration.ofSeconds(40);
    private static final int EACH = 3_000;

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final KillBooks books = new KillBooks(Duration.ofMillis(50), Duration.ofMillis(250));
    private final DoubleSummaryStatistics waiting = new DoubleSummaryStatistics();
    private final DoubleSummaryStatistics limits = new DoubleSummaryStatistics();
    private ScriptedModel model = model(0);

    private ScriptedModel model(int port) {
        return ScriptedModel.builder()
                .port(port)
                .remembering(0)
                .script(books::answer)
                .start();
    }

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    private static double limit(Worker program) {
        return program.management().metric("caravan_limit_concurrency", "");
    }

    /** Looks at the program for so long. */
    private void watch(Worker program, Duration time) {
        await().atMost(time.plusMinutes(5))
                .pollInterval(Duration.ofMillis(500))
                .during(time)
                .until(() -> {
                    waiting.accept(program.management().metric("caravan_queue_waiting", ""));
                    limits.accept(limit(program));
                    return true;
                });
    }

    @Test
    void costsNoPromptAndNoLine() throws Exception {
        Backlog backlog = new Backlog(site, books)
                .prompts(KillBooks.ids("prompt-", EACH))
                .batch("lines", KillBooks.ids("line-", EACH));
        Worker program = Worker.start(site, model, site.work());
        Calls.awaitSome(model, EACH / 2, EACH / 2);
        double before = limit(program);

        model.always(Fault.status(429));
        int asked = Calls.of(model);
        watch(program, BUSY);
        int inVain = Calls.of(model) - asked;
        model.heal();
        Calls.awaitSome(model, EACH / 2, EACH / 2);
        double recovered = limit(program);
        int port = model.port();
        model.close();
        watch(program, AWAY);
        model = model(port);
        long back = System.nanoTime();
        Calls.await(model, 1);
        double pause = (System.nanoTime() - back) / 1e9;
        backlog.finish(program, model);

        QueueBooks.Verdict verdict = books.publish(
                "429 for " + BUSY.toSeconds() + " s, then the model is away for " + AWAY.toSeconds()
                        + " s, prompts and a batch",
                0,
                String.format(
                        Locale.ROOT,
                        "%d calls met a 429; at most %.0f prompts waited; what the model is believed to bear: %.0f, at least %.0f"
                                + " meanwhile, then %.0f; asked again %.1f s after it is back",
                        inVain,
                        waiting.getMax(),
                        before,
                        limits.getMin(),
                        recovered,
                        pause));
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(books.failed()).isEmpty();
        assertThat(books.dead()).isEmpty();
        assertThat(waiting.getMax()).isPositive();
        assertThat(limits.getMin()).isLessThan(before);
    }
}
