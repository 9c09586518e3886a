package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.broker.Broker;
import io.caravan.demo.ScriptedModel;
import jakarta.jms.JMSException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Prompts in the queue of a program with its own broker, and batches in its inbox, for it to work off side by side. */
final class Backlog {

    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final Site site;
    private final KillBooks books;
    private final Map<String, List<String>> batches = new TreeMap<>();

    Backlog(Site site, KillBooks books) {
        this.site = site;
        this.books = books;
    }

    /** Puts prompts where they belong; no program runs. */
    Backlog prompts(String... ids) throws JMSException {
        try (Broker broker = site.broker()) {
            books.send(broker.connections(), ids);
        }
        return this;
    }

    /** Puts a batch into the inbox. */
    Backlog batch(String name, String... ids) {
        batches.put(name, List.of(ids));
        Site.put(site.work().resolve("inbox").resolve(name + ".jsonl"), books.batch(ids));
        return this;
    }

    /** Whether the output of all batches is there. */
    boolean batchesDone() {
        return batches.keySet().stream()
                .allMatch(name -> Files.exists(site.work().resolve("done").resolve(name + ".jsonl")));
    }

    /** Waits until the program has nothing more to do, stops it, and enters what has come of it all. */
    void finish(Worker program, ScriptedModel model) throws JMSException {
        program.awaitTheEnd(LONGEST, model);
        await().atMost(LONGEST).until(this::batchesDone);
        program.stop();
        read();
    }

    private void read() throws JMSException {
        try (Broker broker = site.broker()) {
            books.read(broker.connections());
        }
        Path outbox = site.work().resolve("outbox");
        batches.forEach((name, lines) -> {
            List<String> order =
                    books.read(outbox.resolve(name + ".output.jsonl"), outbox.resolve(name + ".errors.jsonl"));
            List<String> expected = new ArrayList<>(lines);
            expected.removeAll(books.failed().keySet());
            assertThat(order).isEqualTo(expected);
        });
    }
}
