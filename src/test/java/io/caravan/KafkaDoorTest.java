package io.caravan;

import static io.caravan.testing.KafkaPeer.header;
import static io.caravan.testing.KafkaPeer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.KafkaPeer;
import io.caravan.testing.KafkaServer;
import io.caravan.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way of prompts from a topic of Kafka to their answers. Each test reads all that its prompts bring about. */
class KafkaDoorTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final int TOO_LONG = 2 * 1024 * 1024;

    @TempDir
    static Path folder;

    static KafkaServer kafka;
    static ScriptedModel model;
    static TestApp app;
    static KafkaPeer peer;
    int asked;

    @BeforeAll
    static void start() {
        kafka = new KafkaServer();
        model = ScriptedModel.builder()
                .script(question -> Reply.of(
                        question.prompt().equals("long")
                                ? Words.of("x".repeat(TOO_LONG))
                                : Words.of("an answer to " + question.prompt()),
                        Pace.AT_ONCE))
                .start();
        app = TestApp.in(folder)
                .ollama(model, "max-retries=0")
                .set("caravan.kafka.brokers=" + kafka.brokers(), "caravan.kafka.reply-topics=team.answers")
                .start();
        peer = new KafkaPeer(kafka.brokers());
    }

    @BeforeEach
    void count() {
        asked = model.questions().size();
    }

    @AfterAll
    static void stop() {
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
        assertThat(key(answer)).isEqualTo("order-1");
        assertThat(header(answer, "correlation-id")).isEqualTo("c-7");
        assertThat(header(answer, "CaravanRequestId")).isEqualTo("c-7");
        assertThat(header(answer, "CaravanProvider")).isEqualTo("ollama");
        assertThat(header(answer, "CaravanFinishReason")).isEqualTo("stop");
        assertThat(header(answer, "CaravanCompletionTokens")).matches("[1-9][0-9]*");
        await().untilAsserted(() -> assertThat(peer.committed(prompt)).hasValueSatisfying(committed -> {
            assertThat(committed.offset()).isEqualTo(prompt.offset() + 1);
            assertThat(committed.metadata()).isEmpty();
        }));
    }

    @Test
    void answersAPromptWithoutAKeyUnderItsPlace() {
        RecordMetadata prompt = peer.prompt("", "blue");

        assertThat(key(peer.answer())).isEqualTo("caravan.prompts-" + prompt.partition() + "-" + prompt.offset());
    }

    @Test
    void givesACorrelationOfAnyBytesBack() {
        byte[] correlation = {0, -1, 127, 10};
        ProducerRecord<byte[], byte[]> prompt =
                new ProducerRecord<>("caravan.prompts", "blue".getBytes(StandardCharsets.UTF_8));
        prompt.headers().add("kafka_correlationId", correlation);
        peer.send(prompt);

        assertThat(peer.answer().headers().lastHeader("kafka_correlationId").value())
                .isEqualTo(correlation);
    }

    @Test
    void readsTheJsonPayloadWhereTheContentTypeSaysSo() {
        for (String name : List.of("content-type", "contentType", "Content-Type")) {
            peer.prompt("k", "{\"text\":\"blue\",\"system\":\"be brief\"}", name + "=application/json; charset=utf-8");
        }

        assertThat(peer.next("caravan.answers", 3)).extracting(KafkaPeer::text).containsOnly("an answer to blue");
        assertThat(model.questions().subList(asked, asked + 3))
                .allSatisfy(call -> assertThat(call.body()).contains("be brief"));
    }

    @Test
    void takesNoHeaderFromOutsideThatSteersARoute() {
        for (String name : List.of(
                "kafka.OVERRIDE_TOPIC",
                "KAFKA.override_topic",
                "kafka.PARTITION_KEY",
                "CamelHttpUri",
                "camelHttpUri",
                "CaravanModel",
                "caravanModel",
                "CaravanReplyTo",
                "CARAVANTOOLS")) {
            peer.prompt("k", "blue", name + "=payments");
        }

        List<ConsumerRecord<byte[], byte[]>> answers = peer.next("caravan.answers", 9);

        assertThat(answers).extracting(KafkaPeer::text).containsOnly("an answer to blue");
        assertThat(answers)
                .flatExtracting(answer -> List.of(answer.headers().toArray()))
                .noneSatisfy(header -> assertThat(new String(header.value(), StandardCharsets.UTF_8))
                        .isEqualTo("payments"));
        assertThat(peer.unread("payments")).isZero();
    }

    @Test
    void letsNoHeaderSteerWhereAPromptIsSetAside() {
        peer.prompt("k", " ", "kafka.OVERRIDE_TOPIC=payments", "CaravanError=none", "team=red");

        assertThat(header(peer.answer(), "CaravanError")).isEqualTo("invalid_request");
        ConsumerRecord<byte[], byte[]> dead = peer.dead();
        assertThat(header(dead, "CaravanError")).isEqualTo("invalid_request");
        assertThat(header(dead, "team")).isEqualTo("red");
        assertThat(dead.headers().lastHeader("kafka.OVERRIDE_TOPIC")).isNull();
        assertThat(peer.unread("payments")).isZero();
    }

    @Test
    void answersOnTheTopicThatAPromptNamesWhereThatIsAllowed() {
        peer.prompt("k", "one", "kafka_replyTopic=team.answers");
        peer.prompt("k", "two", "REPLY_TOPIC=caravan.answers");

        assertThat(text(peer.next("team.answers", 1).get(0))).isEqualTo("an answer to one");
        assertThat(text(peer.answer())).isEqualTo("an answer to two");
    }

    @Test
    void refusesAPromptThatNamesAnyOtherTopic() {
        peer.prompt("k", "blue", "kafka_replyTopic=payments");

        assertThat(text(peer.answer())).contains("caravan.kafka.reply-topics");
        assertThat(header(peer.dead(), "CaravanErrorMessage")).contains("caravan.kafka.reply-topics");
        assertThat(peer.unread("payments")).isZero();
        assertThat(model.questions()).hasSize(asked);
    }

    @Test
    void tellsTheSenderWhatIsWrongWithAPromptAndSetsItAside() throws Exception {
        RecordMetadata prompt =
                peer.prompt("order-1", "{\"txt\":\"blue\"}", "content-type=application/json", "correlation-id=c-7");

        ConsumerRecord<byte[], byte[]> answer = peer.answer();
        ConsumerRecord<byte[], byte[]> dead = peer.dead();

        JsonNode error = JSON.readTree(answer.value());
        assertThat(key(answer)).isEqualTo("order-1");
        assertThat(header(answer, "CaravanError")).isEqualTo("invalid_request");
        assertThat(header(answer, "correlation-id")).isEqualTo("c-7");
        assertThat(error.path("status").asText()).isEqualTo("error");
        assertThat(error.path("request_id").asText()).isEqualTo("c-7");
        assertThat(error.path("error").path("message").asText()).contains("txt");
        assertThat(text(dead)).isEqualTo("{\"txt\":\"blue\"}");
        assertThat(key(dead)).isEqualTo("order-1");
        assertThat(header(dead, "content-type")).isEqualTo("application/json");
        assertThat(header(dead, "CaravanError")).isEqualTo("invalid_request");
        assertThat(header(dead, "CaravanErrorMessage")).contains("txt");
        assertThat(header(dead, "CaravanDeliveries")).isEqualTo("1");
        assertThat(header(dead, "CaravanTopic")).isEqualTo("caravan.prompts");
        assertThat(header(dead, "CaravanPartition")).isEqualTo(Integer.toString(prompt.partition()));
        assertThat(header(dead, "CaravanOffset")).isEqualTo(Long.toString(prompt.offset()));
        assertThat(model.questions()).hasSize(asked);
    }

    @Test
    void setsAsideWhatTheModelRefusesAndGoesOnBehindIt() {
        model.next(Fault.status(400));
        RecordMetadata refused = peer.prompt("k", "red");
        peer.prompt("k", "blue");

        assertThat(header(peer.answer(), "CaravanError")).isEqualTo("invalid_request");
        assertThat(header(peer.dead(), "CaravanOffset")).isEqualTo(Long.toString(refused.offset()));
        assertThat(text(peer.answer())).isEqualTo("an answer to blue");
        assertThat(model.questions()).hasSize(asked + 2);
    }

    @Test
    void setsAsideWhatIsNoPrompt() {
        peer.prompt("k", new byte[] {(byte) 0xc3, (byte) 0x28});
        peer.prompt("k", "  ");
        peer.send(new ProducerRecord<>("caravan.prompts", "k".getBytes(StandardCharsets.UTF_8), null));

        assertThat(peer.next("caravan.answers", 3))
                .allSatisfy(answer -> assertThat(header(answer, "CaravanError")).isEqualTo("invalid_request"));
        assertThat(peer.next("caravan.prompts.dead", 3))
                .extracting(dead -> header(dead, "CaravanErrorMessage"))
                .anySatisfy(message -> assertThat(message).contains("UTF-8"))
                .anySatisfy(message -> assertThat(message).contains("empty"));
        assertThat(model.questions()).hasSize(asked);
    }

    @Test
    void setsAsideAPromptWhoseAnswerNoRecordHolds() {
        peer.prompt("k", "long");

        assertThat(text(peer.answer())).contains("longer than a record");
        assertThat(text(peer.dead())).isEqualTo("long");
        assertThat(model.questions()).hasSize(asked + 1);
    }

    @Test
    void outlastsAModelThatIsAwayAndSkipsNothing() {
        model.next(Fault.status(503), Fault.status(429), Fault.status(401));
        peer.prompt("k", "one");
        peer.prompt("k", "two");

        assertThat(peer.next("caravan.answers", 2))
                .extracting(KafkaPeer::text)
                .containsExactly("an answer to one", "an answer to two");
        assertThat(model.questions()).hasSize(asked + 5);
        assertThat(peer.unread("caravan.prompts.dead")).isZero();
    }

    @Test
    void sendsEachChunkAtOnceWhereThatIsWanted() {
        peer.prompt("order-1", "blue", "CaravanStream=true");

        List<ConsumerRecord<byte[], byte[]>> all = peer.next("caravan.answers", 6);

        assertThat(all).extracting(KafkaDoorTest::key).containsOnly("order-1");
        assertThat(all.subList(0, 4)).extracting(KafkaDoorTest::chunk).containsExactly("an", " answer", " to", " blue");
        assertThat(all.subList(0, 5))
                .extracting(chunk -> header(chunk, "CaravanIndex"))
                .containsExactly("0", "1", "2", "3", "4");
        assertThat(all)
                .extracting(chunk -> header(chunk, "CaravanLast"))
                .containsExactly("false", "false", "false", "false", "true", "");
        assertThat(all).extracting(chunk -> header(chunk, "CaravanAttempt")).containsOnly("1");
        assertThat(text(all.get(5))).isEqualTo("an answer to blue");
    }

    @Test
    void asksAgainWhenAnAnswerBreaksOffAndSaysSoInTheChunks() {
        model.next(new Fault.Cut(2, Fault.Cut.How.RESET));
        peer.prompt("k", "blue", "CaravanStream=true");

        List<ConsumerRecord<byte[], byte[]>> all = peer.next("caravan.answers", 8);

        assertThat(all)
                .extracting(chunk -> header(chunk, "CaravanAttempt"))
                .containsExactly("1", "1", "2", "2", "2", "2", "2", "2");
        assertThat(text(all.get(7))).isEqualTo("an answer to blue");
    }

    @Test
    void tellsThatKafkaIsThere() {
        await().untilAsserted(() -> assertThat(app.manage("/observe/health").body())
                .contains("kafka")
                .doesNotContain("DOWN"));
        assertThat(app.app().checks().kafka().orElseThrow().finding().toString())
                .contains(kafka.brokers());
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), StandardCharsets.UTF_8);
    }

    private static String chunk(ConsumerRecord<byte[], byte[]> record) {
        try {
            return JSON.readTree(record.value()).path("chunk").path("data").asText();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
