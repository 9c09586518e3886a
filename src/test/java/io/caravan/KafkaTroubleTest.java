package io.caravan;

import static io.caravan.testing.KafkaPeer.header;
import static io.caravan.testing.KafkaPeer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.KafkaPeer;
import io.caravan.testing.KafkaServer;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of prompts from a topic of Kafka when something fails. */
@SuppressWarnings("try") // an app runs for as long as its block
class KafkaTroubleTest {

    @TempDir
    Path folder;

    KafkaServer kafka;
    ScriptedModel model;
    KafkaPeer peer;
    final List<TestApp> apps = new ArrayList<>();

    @BeforeEach
    void start() {
        kafka = new KafkaServer();
        model = ScriptedModel.builder()
                .script(question -> Reply.of(Words.of("an answer to " + question.prompt()), Pace.AT_ONCE))
                .start();
        peer = new KafkaPeer(kafka.brokers());
    }

    @AfterEach
    void stop() {
        peer.close();
        apps.forEach(TestApp::close);
        model.close();
        kafka.close();
    }

    private TestApp app(String name) {
        TestApp app = TestApp.in(folder.resolve(name))
                .ollama(model, "max-retries=0")
                .set(
                        "caravan.kafka.brokers=" + kafka.brokers(),
                        "caravan.kafka.consumers=3",
                        "camel.component.kafka.session-timeout-ms=1000",
                        "camel.component.kafka.heartbeat-interval-ms=300")
                .start();
        apps.add(app);
        return app;
    }

    @Test
    void answersWhatWasWrittenBeforeItFirstCame() {
        peer.prompt("k", "blue");

        TestApp app = app("one");
        assertThat(text(peer.answer())).isEqualTo("an answer to blue");
        assertThat(app.app().context().hasComponent("kafka")).isNotNull();
    }

    @Test
    void keepsThePartitionWhileAModelIsSlowAndOthersJoin() {
        model.next(new Fault.Pause(0, Duration.ofSeconds(4)));
        app("one");
        RecordMetadata slow = peer.prompt("k", "slow");
        await().until(() -> model.questions().size() == 1);
        app("other");
        peer.prompt("k", "blue");

        assertThat(peer.next("caravan.answers", 2))
                .extracting(KafkaPeer::text)
                .containsExactly("an answer to slow", "an answer to blue");
        assertThat(model.questions()).hasSize(2);
        await().untilAsserted(() -> assertThat(peer.committed(slow))
                .hasValueSatisfying(committed -> assertThat(committed.offset()).isEqualTo(slow.offset() + 2)));
    }

    @Test
    void countsHowOftenAPromptWasTakenWhereAKillDoesNotForgetIt() {
        model.next(new Fault.Silence());
        TestApp app = app("one");
        RecordMetadata prompt = peer.prompt("k", "blue");
        await().until(() -> model.questions().size() == 1);

        assertThat(peer.committed(prompt)).hasValueSatisfying(committed -> {
            assertThat(committed.offset()).isEqualTo(prompt.offset());
            assertThat(committed.metadata()).isEqualTo("taken=1");
        });
        app.stop(Duration.ofMillis(100));
    }

    @Test
    void setsAsideWhatWasTakenTooOftenAndGoesOnBehindIt() {
        RecordMetadata poison = peer.prompt("k", "poison");
        taken(poison, 10);
        peer.prompt("k", "blue");

        app("one");
        assertThat(header(peer.answer(), "CaravanError")).isEqualTo("internal");
        assertThat(text(peer.answer())).isEqualTo("an answer to blue");
        ConsumerRecord<byte[], byte[]> dead = peer.dead();
        assertThat(text(dead)).isEqualTo("poison");
        assertThat(header(dead, "CaravanDeliveries")).isEqualTo("11");
        assertThat(header(dead, "CaravanErrorMessage")).contains("10 times");
        assertThat(model.questions()).hasSize(1);
    }

    @Test
    void setsAsideWhatEndsInASurpriseAgainAndAgain() {
        RecordMetadata poison = peer.prompt("k", "poison", "CaravanStream=true");
        taken(poison, 9);
        model.next(new Fault.Cut(1, Fault.Cut.How.RESET));

        app("one");
        ConsumerRecord<byte[], byte[]> dead = peer.dead();
        assertThat(header(dead, "CaravanDeliveries")).isEqualTo("10");
        assertThat(header(dead, "CaravanError")).isEqualTo("stream_interrupted");
        assertThat(peer.next("caravan.answers", 2))
                .extracting(answer -> header(answer, "CaravanError"))
                .containsExactly("", "stream_interrupted");
        assertThat(model.questions()).hasSize(1);
    }

    private void taken(RecordMetadata record, int times) {
        peer.commit(
                new TopicPartition(record.topic(), record.partition()),
                new OffsetAndMetadata(record.offset(), "taken=" + times));
    }

    @Test
    void leavesWhatWaitsForAModelToTheNextWhenItStopsAndBlamesNoPrompt() {
        model.next(Collections.nCopies(50, Fault.status(503)).toArray(Fault[]::new));
        RecordMetadata prompt = peer.prompt("k", "blue");
        TestApp app = app("one");
        await().until(() -> model.questions().size() >= 2);
        app.stop(Duration.ofSeconds(20));

        assertThat(peer.committed(prompt)).hasValueSatisfying(committed -> {
            assertThat(committed.offset()).isEqualTo(prompt.offset());
            assertThat(committed.metadata()).isEqualTo("taken=0");
        });
        assertThat(peer.unread("caravan.prompts.dead")).isZero();
    }

    @Test
    void finishesWhatRunsWhenItStops() {
        model.next(new Fault.Pause(2, Duration.ofSeconds(2)));
        RecordMetadata prompt = peer.prompt("k", "blue");
        TestApp app = app("one");
        await().until(() -> model.questions().size() == 1);
        app.stop(Duration.ofSeconds(30));

        assertThat(text(peer.answer())).isEqualTo("an answer to blue");
        assertThat(peer.committed(prompt))
                .hasValueSatisfying(committed -> assertThat(committed.offset()).isEqualTo(prompt.offset() + 1));
    }

    @Test
    void saysThatKafkaIsAwayAndStartsAllTheSame() {
        try (TestApp app = TestApp.in(folder)
                .ollama(model)
                .set("caravan.kafka.brokers=127.0.0.1:" + TestApp.closedPort())
                .start()) {
            await().untilAsserted(() -> assertThat(app.manage("/observe/health").body())
                    .contains("\"kafka\"")
                    .contains("no answer within"));
            assertThat(app.manage("/observe/health/ready").body()).doesNotContain("DOWN");
        }
    }

    @Test
    void hasNothingToDoWithKafkaUnlessThatIsSet() {
        try (TestApp app = TestApp.in(folder).ollama(model).start()) {
            assertThat(app.app().context().hasComponent("kafka")).isNull();
            assertThat(app.app().context().getRoutes())
                    .noneMatch(route -> route.getId().contains("kafka"));
            assertThat(app.app().checks().kafka()).isEmpty();
            assertThat(app.manage("/observe/health").body()).doesNotContain("kafka");
        }
    }
}
