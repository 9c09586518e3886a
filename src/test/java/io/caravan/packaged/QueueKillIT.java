package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.broker.Broker;
import io.caravan.broker.Queues;
import io.caravan.demo.Call;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.reliability.QueueBooks;
import io.caravan.settings.BrokerSettings;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The program is killed with signal 9 while it answers prompts from its own broker. {@code -Dcaravan.kills=8
 * -Dcaravan.kills.prompts=10000} makes it long.
 */
final class QueueKillIT {

    private static final int PROMPTS = Integer.getInteger("caravan.kills.prompts", 150);
    private static final int KILLS = Integer.getInteger("caravan.kills", 3);
    private static final int AT_ONCE = 16;
    private static final String POISON = "poison";

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final QueueBooks books = new QueueBooks();
    private volatile Optional<Packaged> victim = Optional.empty();

    private final ScriptedModel model = ScriptedModel.builder()
            .script(question -> {
                if (question.prompt().equals(POISON)) {
                    kill();
                }
                return Reply.of(
                        Words.of("an answer to " + question.prompt()),
                        Pace.steady(Duration.ofMillis(100), Duration.ZERO));
            })
            .remembering(100_000)
            .start();

    @AfterEach
    void stopTheModel() {
        model.close();
    }

    @Test
    void losesNoPromptAndAnswersEachOnce() throws Exception {
        send(PROMPTS);
        for (int i = 0; i < KILLS; i++) {
            Packaged program = run();
            int some =
                    ThreadLocalRandom.current().nextInt(2 * AT_ONCE, 2 + Math.max(2 * AT_ONCE, PROMPTS / (KILLS + 1)));
            int enough = model.questions().size() + some;
            await().until(() -> model.questions().size() >= enough);
            program.signal("KILL");
            program.exitCode();
        }

        answerTheRest();
        read();

        QueueBooks.Verdict verdict = books.verdict();
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(verdict.ended()).isEqualTo(PROMPTS);
        assertThat(verdict.repeatedCalls()).isLessThanOrEqualTo(KILLS * (AT_ONCE + AT_ONCE / 4));
        System.out.println(KILLS + " kills: " + verdict);
    }

    @Test
    void findsWhatIsLostWhenPromptsAreAcknowledgedBeforeTheyAreAnswered() throws Exception {
        String careless = Files.readString(Distribution.folder().resolve("routes/in-queue.camel.yaml"))
                .replace("        concurrentConsumers:", "        transacted: false\n        concurrentConsumers:");
        Path routes = Files.createDirectories(site.folder().resolve("careless"));
        Files.writeString(routes.resolve("in-queue.camel.yaml"), careless);
        send(2 * AT_ONCE);
        model.always(new Fault.Silence());
        Packaged program = run("--routes", routes.toString());
        await().until(() -> !model.questions().isEmpty());
        program.signal("KILL");
        program.exitCode();
        model.heal();

        answerTheRest();
        read();

        assertThat(books.verdict().lost()).isNotEmpty();
    }

    @Test
    void setsAPromptAsideThatEndsTheProgramAgainAndAgainAndAnswersTheOthers() throws Exception {
        send(20);
        seed(POISON);
        while (endsByItself(start())) {
            assertThat(asked(POISON)).isLessThan(20);
        }
        Set<String> dead = read();

        QueueBooks.Verdict verdict = books.verdict();
        assertThat(verdict.whole()).as("%s", verdict).isTrue();
        assertThat(dead).containsExactly(POISON);
        // ten times beside others, then alone: once, and once more
        assertThat(asked(POISON)).isBetween(11L, 13L);
    }

    private long asked(String prompt) {
        return model.questions().stream()
                .filter(call -> prompt(call).equals(prompt))
                .count();
    }

    /** Whether the model's answer ends the program; otherwise it runs until it has nothing more to do. */
    private boolean endsByItself(Packaged program) {
        victim = Optional.of(program);
        await().until(() -> !program.handle().isAlive() || program.isReady());
        await().pollInterval(Duration.ofMillis(500))
                .during(Duration.ofSeconds(2))
                .until(() -> !program.handle().isAlive() || quiet());
        if (!program.handle().isAlive()) {
            return true;
        }
        program.signal("TERM");
        assertThat(program.exitCode()).isZero();
        return false;
    }

    private void kill() {
        victim.ifPresent(program -> program.handle().destroyForcibly());
    }

    private Packaged run(String... arguments) {
        return start(arguments).ready();
    }

    private Packaged start(String... arguments) {
        return site.start(Distribution.process(Distribution.launcher(), arguments(arguments)));
    }

    private String[] arguments(String... more) {
        String[] all = new String[more.length + 4];
        System.arraycopy(more, 0, all, 0, more.length);
        all[more.length] = "--set";
        all[more.length + 1] = "caravan.queue.consumers=" + AT_ONCE;
        all[more.length + 2] = "--set";
        all[more.length + 3] = "caravan.work-dir=" + site.work();
        return Site.runArguments(model, all);
    }

    /** Runs the program until it has nothing more to do. */
    private void answerTheRest() {
        Packaged program = run();
        await().pollInterval(Duration.ofMillis(500))
                .during(Duration.ofSeconds(2))
                .until(this::quiet);
        program.signal("TERM");
        assertThat(program.exitCode()).isZero();
    }

    private int seen = -1;

    /** No question since the last look, and none on its way. */
    private boolean quiet() {
        int before = seen;
        seen = model.questions().size();
        return before == seen && model.inFlight() == 0;
    }

    /** The broker of the program, while that does not run. */
    private Broker broker() {
        Broker broker = Broker.of(
                new BrokerSettings(Optional.empty(), Optional.empty(), Optional.empty(), 0),
                site.work().resolve("broker"),
                secret -> secret);
        broker.start();
        return broker;
    }

    private void send(int prompts) throws JMSException, IOException {
        String[] ids = new String[prompts];
        for (int i = 0; i < prompts; i++) {
            ids[i] = "prompt-" + i;
        }
        seed(ids);
    }

    private void seed(String... prompts) throws JMSException {
        try (Broker broker = broker();
                JMSContext jms = broker.connections().createContext()) {
            for (String prompt : prompts) {
                Message message = jms.createTextMessage(prompt);
                message.setJMSCorrelationID(prompt);
                books.tried(prompt);
                jms.createProducer().send(jms.createQueue(Queues.PROMPTS), message);
                books.acknowledged(prompt);
            }
        }
    }

    /** Enters what has come of the prompts into the books; returns those that were set aside. */
    private Set<String> read() throws JMSException {
        model.questions().forEach(call -> books.called(prompt(call)));
        Set<String> dead = new HashSet<>();
        try (Broker broker = broker();
                JMSContext jms = broker.connections().createContext()) {
            try (JMSConsumer answers = jms.createConsumer(jms.createQueue(Queues.ANSWERS))) {
                for (Message answer; (answer = answers.receive(1_000)) != null; ) {
                    books.ended(answer.getJMSCorrelationID());
                }
            }
            try (JMSConsumer asides = jms.createConsumer(jms.createQueue(Queues.DEAD_PROMPTS))) {
                for (Message aside; (aside = asides.receive(1_000)) != null; ) {
                    dead.add(aside.getJMSCorrelationID());
                }
            }
        }
        return dead;
    }

    private static String prompt(Call call) {
        return call.json().at("/messages/0/content").asText();
    }
}
