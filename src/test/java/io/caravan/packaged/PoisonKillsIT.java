package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Fault;
import io.caravan.demo.Question;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.reliability.QueueBooks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Among many prompts are some that the model refuses, some that a route fails with, and one with which the program ends. */
final class PoisonKillsIT {

    private static final int HARMLESS = 1_000;
    private static final int MOST_STARTS = 40;
    private static final int KILLED = 128 + 9;
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Map<String, String> POISON = new HashMap<>(Map.of("halt", "internal"));

    static {
        Stream.of(KillBooks.ids("refused-", 5)).forEach(id -> POISON.put(id, "invalid_request"));
        Stream.of(KillBooks.ids("defect-", 2)).forEach(id -> POISON.put(id, "internal"));
    }

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final KillBooks books = new KillBooks(Duration.ofMillis(50), Duration.ofMillis(250));
    private final ScriptedModel model =
            ScriptedModel.builder().remembering(0).script(this::answer).start();
    private volatile Optional<Worker> running = Optional.empty();
    private int kills;

    private Reply answer(Question question) {
        if (question.prompt().equals("halt")) {
            running.ifPresent(worker -> worker.program().handle().destroyForcibly());
        }
        return books.answer(question);
    }

    @BeforeEach
    void refuse() {
        model.when(call -> call.body().contains("refused-"), Fault.status(400));
    }

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    /** The poison is in the midst of them. */
    private static String[] ids() {
        return Stream.of(
                        Stream.of(KillBooks.ids("harmless-", HARMLESS / 2)),
                        POISON.keySet().stream(),
                        Stream.of(KillBooks.ids("harmless-too-", HARMLESS / 2)))
                .flatMap(ids -> ids)
                .toArray(String[]::new);
    }

    /** A shipped route that fails with what is said to be defective. */
    private Path failing(String route, String before) throws IOException {
        String shipped = Files.readString(Distribution.folder().resolve("routes/" + route + ".camel.yaml"));
        String failure = """
                - choice:
                    when:
                      - simple: ${bodyAs(String)} contains 'defect-'
                        steps:
                          - throwException:
                              exceptionType: java.lang.IllegalStateException
                              message: a defect
                """;
        assertThat(shipped).containsOnlyOnce(before);
        Path routes = Files.createDirectories(site.folder().resolve("routes"));
        Files.writeString(
                routes.resolve(route + ".camel.yaml"),
                shipped.replace(before, failure.indent(before.indexOf('-')) + before));
        return routes;
    }

    /** Starts the program as often as it ends; returns the one that has come through. */
    private Worker outlive(Path routes, BooleanSupplier done) {
        for (int start = 0; start < MOST_STARTS; start++) {
            Worker worker = Worker.begin(site, model, site.work(), List.of("--routes", routes.toString()));
            running = Optional.of(worker);
            await().atMost(LONGEST)
                    .until(() -> !worker.program().handle().isAlive()
                            || (worker.program().isReady() && done.getAsBoolean()));
            if (worker.program().handle().isAlive()) {
                return worker;
            }
            assertThat(worker.program().exitCode()).isEqualTo(KILLED);
            kills++;
        }
        throw new AssertionError("the program ends again and again");
    }

    private boolean noPromptIsLeft() {
        try {
            return running.orElseThrow().prompts() == 0;
        } catch (UncheckedIOException e) {
            return false; // it has just been killed
        }
    }

    @Test
    void isSetAsideWithItsCauseAndTheOtherPromptsAreAnswered() throws Exception {
        Backlog backlog = new Backlog(site, books).prompts(ids());
        Path routes = failing("prompt", "        - process:\n            ref: findAnswer");

        Worker last = outlive(routes, this::noPromptIsLeft);
        backlog.finish(last, model);

        QueueBooks.Verdict verdict = books.publish("8 poisoned prompts among 1,000, one ends the program", kills, "");
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(books.dead()).containsExactlyInAnyOrderEntriesOf(POISON);
        assertThat(books.failed()).containsExactlyInAnyOrderEntriesOf(POISON);
    }

    @Test
    void isAnErrorLineAndTheOtherLinesAreAnswered() throws Exception {
        Backlog backlog = new Backlog(site, books).batch("lines", ids());
        Path routes = failing("batch-line", "              - process:\n                  ref: askLine");

        Worker last = outlive(routes, backlog::batchesDone);
        backlog.finish(last, model);

        QueueBooks.Verdict verdict =
                books.publish("8 poisoned lines in a batch of 1,000, one ends the program", kills, "");
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(books.failed()).containsExactlyInAnyOrderEntriesOf(POISON);
    }
}
