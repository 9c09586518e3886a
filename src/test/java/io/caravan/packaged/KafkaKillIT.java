package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.KafkaPeer;
import io.caravan.testing.KafkaServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The program is killed with signal 9 while it answers prompts from a topic of Kafka. */
final class KafkaKillIT {

    private static final int PROMPTS = 60;
    private static final int AT_ONCE = 3; // as many as there are partitions
    private static final int KILLS = 3;

    @RegisterExtension
    final Site site = Site.forEachTest();

    private final KafkaServer kafka = new KafkaServer();
    private final KafkaPeer peer = new KafkaPeer(kafka.brokers());
    private final ScriptedModel model = ScriptedModel.builder()
            .script(question -> Reply.of(
                    Words.of("an answer to " + question.prompt()), Pace.steady(Duration.ofMillis(50), Duration.ZERO)))
            .remembering(10_000)
            .start();

    @AfterEach
    void stop() {
        peer.close();
        model.close();
        kafka.close();
    }

    @Test
    void losesNoPromptAndAnswersTwiceAtMostWhatItWasAbout() {
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < PROMPTS; i++) {
            peer.prompt("key-" + i, "prompt " + i);
            expected.add("an answer to prompt " + i);
        }
        for (int i = 0; i < KILLS; i++) {
            Packaged program = run();
            int before = model.questions().size();
            await().until(() -> model.questions().size() >= before + 2 * AT_ONCE);
            program.signal("KILL");
            program.exitCode();
        }

        run();
        List<String> answers = new ArrayList<>();
        while (!answers.containsAll(expected)) {
            answers.add(KafkaPeer.text(peer.next("caravan.answers", 1).get(0)));
        }

        assertThat(answers).hasSizeBetween(PROMPTS, PROMPTS + KILLS * AT_ONCE);
        assertThat(new HashSet<>(answers)).isEqualTo(expected);
        assertThat(model.questions()).hasSizeBetween(PROMPTS + 1, PROMPTS + KILLS * AT_ONCE);
        assertThat(peer.unread("caravan.prompts.dead")).isZero();
    }

    private Packaged run() {
        return site.start(Distribution.process(
                        Distribution.launcher(),
                        Site.runArguments(
                                model,
                                "--set",
                                "caravan.kafka.brokers=" + kafka.brokers(),
                                "--set",
                                "camel.component.kafka.session-timeout-ms=1000",
                                "--set",
                                "camel.component.kafka.heartbeat-interval-ms=300",
                                "--set",
                                "caravan.work-dir=" + site.work())))
                .ready();
    }
}
