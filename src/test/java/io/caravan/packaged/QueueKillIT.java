package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.broker.Broker;
import io.caravan.demo.Fault;
import io.caravan.demo.ScriptedModel;
import io.caravan.reliability.QueueBooks;
import jakarta.jms.JMSException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The program is killed with signal 9 while it answers prompts from its own broker; {@link ProgramKillsIT} and {@link PoisonKillsIT}
 * are the long forms.
 */
final class QueueKillIT {

    private static final int PROMPTS = 150;
    private static final int KILLS = 3;
    private static final int AT_ONCE = 16;
    private static final String CONSUMERS = "caravan.queue.consumers=" + AT_ONCE;

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final KillBooks books = new KillBooks(Duration.ofMillis(100), Duration.ofMillis(100));
    private final ScriptedModel model =
            ScriptedModel.builder().remembering(0).script(books::answer).start();

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    @Test
    void losesNoPromptAndAnswersEachOnce() throws Exception {
        send(KillBooks.ids("prompt-", PROMPTS));
        for (int i = 0; i < KILLS; i++) {
            Packaged program = start().ready();
            Calls.awaitSome(model, 2 * AT_ONCE, 3 * AT_ONCE);
            program.kill();
        }

        answerTheRest();

        QueueBooks.Verdict verdict = read();
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(verdict.ended()).isEqualTo(PROMPTS);
        assertThat(verdict.repeatedCalls()).isLessThanOrEqualTo(KILLS * (AT_ONCE + AT_ONCE / 4));
    }

    @Test
    void findsWhatIsLostWhenPromptsAreAcknowledgedBeforeTheyAreAnswered() throws Exception {
        String careless = Files.readString(Distribution.folder().resolve("routes/in-queue.camel.yaml"))
                .replace("        concurrentConsumers:", "        transacted: false\n        concurrentConsumers:");
        Path routes = Files.createDirectories(site.folder().resolve("careless"));
        Files.writeString(routes.resolve("in-queue.camel.yaml"), careless);
        send(KillBooks.ids("prompt-", 2 * AT_ONCE));
        model.always(new Fault.Silence());
        Packaged program = start("--routes", routes.toString()).ready();
        Calls.await(model, 1);
        program.kill();
        model.heal();

        answerTheRest();

        assertThat(read().lost()).isNotEmpty();
    }

    private Packaged start(String... options) {
        return Worker.begin(site, model, site.work(), List.of(options), CONSUMERS)
                .program();
    }

    /** Runs the program until it has nothing more to do. */
    private void answerTheRest() {
        Packaged program = start().ready();
        Calls.awaitNoMore(model);
        stop(program);
    }

    private static void stop(Packaged program) {
        program.signal("TERM");
        assertThat(program.exitCode()).isZero();
    }

    private void send(String... prompts) throws JMSException {
        try (Broker broker = site.broker()) {
            books.send(broker.connections(), prompts);
        }
    }

    /** What the books say when what has come of the prompts is entered. */
    private QueueBooks.Verdict read() throws JMSException {
        try (Broker broker = site.broker()) {
            books.read(broker.connections());
        }
        return books.verdict();
    }
}
