package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.broker.Broker;
import io.caravan.demo.ScriptedModel;
import io.caravan.reliability.QueueBooks;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The program, broker and all, is killed with signal 9 while it answers prompts. */
final class ProgramKillsIT {

    private static final int PROMPTS = Integer.getInteger("caravan.kills.prompts", 10_000);
    private static final int KILLS = Integer.getInteger("caravan.kills", 8);
    private static final int AT_ONCE = 64;

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final KillBooks books = new KillBooks(Duration.ofMillis(50), Duration.ofMillis(250));
    private final ScriptedModel model =
            ScriptedModel.builder().remembering(0).script(books::answer).start();

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    @Test
    void losesNoPromptAndAnswersEachOnce() throws Exception {
        try (Broker broker = site.broker()) {
            books.send(broker.connections(), KillBooks.ids("prompt-", PROMPTS));
        }
        for (int i = 0; i < KILLS; i++) {
            Worker program = Worker.start(site, model, site.work());
            Calls.awaitSome(model, 2 * AT_ONCE, 2 * AT_ONCE + PROMPTS / (KILLS + 1));
            program.program().kill();
        }

        Worker last = Worker.start(site, model, site.work());
        last.awaitTheEnd(Duration.ofMinutes(10), model);
        last.stop();
        try (Broker broker = site.broker()) {
            books.read(broker.connections());
        }

        QueueBooks.Verdict verdict = books.publish("the program, 64 prompts at a time", KILLS, "");
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(books.failed()).isEmpty();
        assertThat(books.dead()).isEmpty();
        assertThat(verdict.repeatedCalls()).isLessThanOrEqualTo(KILLS * (AT_ONCE + AT_ONCE / 4));
    }
}
