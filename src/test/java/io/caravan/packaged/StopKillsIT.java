package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.demo.ScriptedModel;
import io.caravan.reliability.QueueBooks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** In the midst of prompts and a batch the program is asked to stop, or its routes are edited. */
final class StopKillsIT {

    private static final int EACH = 3_000;
    private static final int TIMES = 5;

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final KillBooks books = new KillBooks(Duration.ofMillis(50), Duration.ofMillis(250));
    private final ScriptedModel model =
            ScriptedModel.builder().remembering(0).script(books::answer).start();
    private Backlog backlog = new Backlog(site, books);

    @BeforeEach
    void give() throws Exception {
        backlog = new Backlog(site, books)
                .prompts(KillBooks.ids("prompt-", EACH))
                .batch("lines", KillBooks.ids("line-", EACH));
    }

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    @Test
    void aStopLosesNothingAndRepeatsNoCall() throws Exception {
        for (int i = 0; i < TIMES; i++) {
            Worker program = Worker.start(site, model, site.work());
            Calls.awaitSome(model, 100, EACH / TIMES);
            program.stop();
            assertThat(model.inFlight()).isZero();
        }

        backlog.finish(Worker.start(site, model, site.work()), model);

        assertWhole(books.publish("stopped with SIGTERM 5 times, prompts and a batch", 0, ""));
    }

    @Test
    void anEditOfTheirRoutesLosesNothing() throws Exception {
        Path routes = Files.createDirectories(site.folder().resolve("routes"));
        edit(routes, 0);
        Worker program = Worker.startWithRoutes(site, model, site.work(), routes);
        for (int i = 1; i <= TIMES; i++) {
            Calls.awaitSome(model, 100, EACH / TIMES);
            edit(routes, i);
        }

        backlog.finish(program, model);

        assertWhole(books.publish("both routes edited 5 times, prompts and a batch", 0, ""));
    }

    /** What is read out of the queues goes another way from now on. */
    private static void edit(Path routes, int number) throws IOException {
        for (String name : new String[] {"in-queue", "batch-line"}) {
            String shipped = Files.readString(Distribution.folder().resolve("routes/" + name + ".camel.yaml"));
            String step =
                    "        - setVariable:\n            name: edited\n            constant: \"" + number + "\"\n";
            Site.put(
                    routes.resolve(name + ".camel.yaml"),
                    shipped.replaceFirst("(?m)^      steps:\n", "      steps:\n" + step));
        }
    }

    private void assertWhole(QueueBooks.Verdict verdict) {
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(books.failed()).isEmpty();
        assertThat(books.dead()).isEmpty();
        assertThat(verdict.repeatedCalls()).isZero();
    }
}
