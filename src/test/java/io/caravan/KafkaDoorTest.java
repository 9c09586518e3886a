package io.caravan;

import static io.caravan.testing.KafkaPeer.header;
import static io.caravan.testing.KafkaPeer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.KafkaPeer;
import io.caravan.testing.KafkaServer;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of prompts from a topic of Kafka to their answers. */
class KafkaDoorTest {

    @TempDir
    Path folder;

    KafkaServer kafka;
    ScriptedModel model;
    TestApp app;
    KafkaPeer peer;

    @BeforeEach
    void start() {
        kafka = new KafkaServer();
        model = ScriptedModel.builder()
                .script(question -> Reply.of(Words.of("an answer to " + question.prompt()), Pace.AT_ONCE))
                .start();
        app = TestApp.in(folder)
                .ollama(model, "max-retries=0")
                .set("caravan.kafka.brokers=" + kafka.brokers(), "caravan.kafka.reply-topics=team.answers")
                .start();
        peer = new KafkaPeer(kafka.brokers());
    }

    @AfterEach
    void stop() {
        peer.close();
        app.close();
        model.close();
        kafka.close();
    }

    @Test
    void answersWithTheKeyAndTheCorrelationOfThePromptAndThenCommitsIt() {
        RecordMetadata prompt = peer.prompt("order-1", "blue", "correlation-id=c-7");

        ConsumerRecord<byte[], byte[]> answer = peer.answer();

        assertThat(text(answer)).isEqualTo("an answer to blue");
        assertThat(new String(answer.key(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("order-1");
        assertThat(header(answer, "correlation-id")).isEqualTo("c-7");
        assertThat(header(answer, "CaravanRequestId")).isEqualTo("c-7");
        assertThat(header(answer, "CaravanProvider")).isEqualTo("ollama");
        assertThat(header(answer, "CaravanFinishReason")).isEqualTo("stop");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(peer.committed(prompt))
                        .hasValueSatisfying(
                                committed -> assertThat(committed.offset()).isEqualTo(prompt.offset() + 1)));
    }
}
