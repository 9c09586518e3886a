package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.broker.KeptAnswer;
import io.caravan.broker.KeptAnswers;
import io.caravan.broker.Queues;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.QueuePeer;
import io.caravan.testing.TestApp;
import jakarta.jms.Destination;
import jakarta.jms.Message;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of prompts from the queue to their answers. */
class QueueDoorTest {

    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    ScriptedModel model;
    TestApp app;
    QueuePeer peer;

    @BeforeEach
    void start() {
        model = ScriptedModel.builder()
                .script(question -> Reply.of(Words.of("an answer to " + question.prompt()), Pace.AT_ONCE))
                .start();
        app = TestApp.in(folder).withQueues().ollama(model, "max-retries=0").start();
        peer = new QueuePeer(app.app().queues());
    }

    @AfterEach
    void stop() {
        peer.close();
        app.close();
        model.close();
    }

    @Test
    void answersOnTheQueueOfAnswersWithTheMessagesIdAndHowItCameAbout() throws Exception {
        Message prompt = peer.text("blue");

        Message answer = peer.answer();

        assertThat(answer.getBody(String.class)).isEqualTo("an answer to blue");
        assertThat(answer.getJMSCorrelationID()).isEqualTo(prompt.getJMSMessageID());
        assertThat(answer.getStringProperty("CaravanRequestId")).isEqualTo(prompt.getJMSMessageID());
        assertThat(answer.getStringProperty("CaravanProvider")).isEqualTo("ollama");
        assertThat(answer.getStringProperty("CaravanModel")).isEqualTo("scripted");
        assertThat(answer.getStringProperty("CaravanFinishReason")).isEqualTo("stop");
        assertThat(answer.getIntProperty("CaravanAttempts")).isEqualTo(1);
        assertThat(answer.getLongProperty("CaravanPromptTokens")).isPositive();
        assertThat(answer.getLongProperty("CaravanCompletionTokens")).isPositive();
    }

    @Test
    void answersWhereTheSenderWaitsWithItsCorrelation() throws Exception {
        Destination temporary = peer.temporaryQueue();
        Destination named = peer.queue("team.answers");
        peer.text(
                "one", message -> message.setJMSReplyTo(temporary), message -> message.setJMSCorrelationID("order-1"));
        peer.text("two", message -> message.setJMSReplyTo(named), message -> message.setJMSCorrelationID("order-2"));

        Message first = peer.next(temporary);
        Message second = peer.next(named);

        assertThat(first.getBody(String.class)).isEqualTo("an answer to one");
        assertThat(first.getJMSCorrelationID()).isEqualTo("order-1");
        assertThat(second.getBody(String.class)).isEqualTo("an answer to two");
        assertThat(second.getJMSCorrelationID()).isEqualTo("order-2");
        assertThat(peer.empty(peer.queue(Queues.ANSWERS))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"contentType", "content_type", "Content_HYPHEN_Type", "ContentType", "JMS_AMQP_ContentType"})
    void readsTheJsonPayloadWhereTheContentTypeSaysSo(String property) throws Exception {
        peer.text(
                "{\"text\":\"blue\",\"system\":\"be brief\"}",
                message -> message.setStringProperty(property, "application/json; charset=utf-8"));

        assertThat(peer.answer().getBody(String.class)).isEqualTo("an answer to blue");
        assertThat(model.questions())
                .singleElement()
                .satisfies(call -> assertThat(call.body()).contains("be brief"));
    }

    @Test
    void readsBytesAsTextInUtf8() throws Exception {
        peer.bytes("é 😀");
        assertThat(peer.answer().getBody(String.class)).isEqualTo("an answer to é 😀");

        peer.bytes("{\"text\":\"blue\"}", message -> message.setStringProperty("contentType", "application/json"));
        assertThat(peer.answer().getBody(String.class)).isEqualTo("an answer to blue");
    }

    @Test
    void takesNoHeaderFromOutsideThatSteersARoute() throws Exception {
        for (String prefix : List.of("Caravan", "caravan", "cArAvAn")) {
            peer.text(
                    "blue",
                    message -> message.setStringProperty(prefix + "Model", "no/such"),
                    message -> message.setStringProperty(prefix + "ReplyTo", "log:elsewhere"));
        }
        for (String prefix : List.of("Camel", "camel", "cAMEL")) {
            peer.text(
                    "blue",
                    message -> message.setStringProperty(prefix + "JmsDestinationName", "elsewhere"),
                    message -> message.setStringProperty(prefix + "HttpUri", "http://127.0.0.1:1"));
        }

        assertThat(peer.next(peer.queue(Queues.ANSWERS), 6))
                .allSatisfy(answer -> assertThat(answer.getBody(String.class)).isEqualTo("an answer to blue"));
    }

    @Test
    void tellsTheSenderWhatIsWrongWithAPromptAndSetsItAside() throws Exception {
        peer.json("{\"txt\":\"blue\"}", message -> message.setJMSCorrelationID("order-1"));

        Message answer = peer.answer();
        Message dead = peer.dead();

        JsonNode error = JSON.readTree(answer.getBody(String.class));
        assertThat(answer.getJMSCorrelationID()).isEqualTo("order-1");
        assertThat(answer.getStringProperty("CaravanError")).isEqualTo("invalid_request");
        assertThat(error.path("status").asText()).isEqualTo("error");
        assertThat(error.path("request_id").asText()).isEqualTo("order-1");
        assertThat(error.path("error").path("message").asText()).contains("txt");
        assertThat(dead.getBody(String.class)).isEqualTo("{\"txt\":\"blue\"}");
        assertThat(dead.getJMSCorrelationID()).isEqualTo("order-1");
        assertThat(dead.getStringProperty("contentType")).isEqualTo("application/json");
        assertThat(dead.getStringProperty("CaravanError")).isEqualTo("invalid_request");
        assertThat(dead.getStringProperty("CaravanErrorMessage")).contains("txt");
        assertThat(dead.getIntProperty("CaravanDeliveries")).isEqualTo(1);
        assertThat(model.questions()).isEmpty();
    }

    @Test
    void setsAsideWhatTheModelRefuses() throws Exception {
        model.next(Fault.status(400));

        Message prompt = peer.text("blue");

        assertThat(peer.answer().getStringProperty("CaravanError")).isEqualTo("invalid_request");
        assertThat(peer.dead().getStringProperty("CaravanMessageId")).isEqualTo(prompt.getJMSMessageID());
        assertThat(model.questions()).hasSize(1);
    }

    @Test
    void neverMakesAJavaObjectOfAMessage() throws Exception {
        peer.object(new Bomb());

        Message answer = peer.answer();
        Message dead = peer.dead();

        assertThat(answer.getStringProperty("CaravanError")).isEqualTo("invalid_request");
        assertThat(dead).isInstanceOf(jakarta.jms.ObjectMessage.class);
        assertThat(dead.getStringProperty("CaravanErrorMessage")).contains("text");
        assertThat(Bomb.MADE).hasValue(0);
    }

    /** Takes note of being made from its bytes. */
    static final class Bomb implements Serializable {
        private static final long serialVersionUID = 1;
        static final AtomicInteger MADE = new AtomicInteger();

        private void readObject(java.io.ObjectInputStream in) {
            MADE.incrementAndGet();
        }
    }

    @Test
    void setsAsideWhatIsNoPrompt() throws Exception {
        peer.map(Map.of("text", "blue"));
        peer.bytes(new byte[] {(byte) 0xc3, (byte) 0x28});
        peer.text("   ");
        peer.text("blue", message -> message.setJMSReplyTo(peer.queue(Queues.PROMPTS)));

        assertThat(peer.next(peer.queue(Queues.ANSWERS), 4))
                .allSatisfy(answer ->
                        assertThat(answer.getStringProperty("CaravanError")).isEqualTo("invalid_request"));
        assertThat(peer.next(peer.queue(Queues.DEAD_PROMPTS), 4))
                .extracting(dead -> dead.getStringProperty("CaravanErrorMessage"))
                .anySatisfy(message -> assertThat(message).contains("bytes message"))
                .anySatisfy(message -> assertThat(message).contains("UTF-8"))
                .anySatisfy(message -> assertThat(message).contains("empty"))
                .anySatisfy(message -> assertThat(message).contains("JMSReplyTo"));
        assertThat(model.questions()).isEmpty();
    }

    @Test
    void setsAsideAPromptWhoseSenderHasGone() throws Exception {
        model.next(new Fault.Pause(0, Duration.ofSeconds(1)));
        try (QueuePeer leaving = new QueuePeer(app.app().queues())) {
            Destination temporary = leaving.temporaryQueue();
            leaving.text("blue", message -> message.setJMSReplyTo(temporary));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !model.questions().isEmpty());
        }

        Message dead = peer.dead();

        assertThat(dead.getBody(String.class)).isEqualTo("blue");
        assertThat(dead.getStringProperty("CaravanErrorMessage")).contains("JMSReplyTo");
        assertThat(model.questions()).hasSize(1);
        assertThat(peer.empty(peer.queue(Queues.ANSWERS))).isTrue();
    }

    @Test
    void outlastsAModelThatIsAway() throws Exception {
        model.next(Fault.status(503), Fault.status(429), Fault.status(401), Fault.status(503));

        peer.text("blue");

        assertThat(peer.answer().getBody(String.class)).isEqualTo("an answer to blue");
        assertThat(model.questions()).hasSize(5);
        assertThat(peer.empty(peer.queue(Queues.DEAD_PROMPTS))).isTrue();
    }

    @Test
    void sendsEachChunkAtOnceWhereThatIsWanted() throws Exception {
        model.next(new Fault.Pause(3, Duration.ofSeconds(1)));
        peer.text(
                "blue",
                message -> message.setBooleanProperty("CaravanStream", true),
                message -> message.setJMSCorrelationID("order-1"));

        Destination answers = peer.queue(Queues.ANSWERS);
        List<Message> early = peer.next(answers, 3);
        assertThat(app.metric("caravan_requests_running", "")).isEqualTo(1);
        List<Message> late = peer.next(answers, 3);

        assertThat(early).extracting(QueueDoorTest::chunk).containsExactly("an", " answer", " to");
        assertThat(early)
                .extracting(chunk -> chunk.getIntProperty("CaravanIndex"))
                .containsExactly(0, 1, 2);
        assertThat(early).allSatisfy(chunk -> {
            assertThat(chunk.getIntProperty("CaravanAttempt")).isEqualTo(1);
            assertThat(chunk.getBooleanProperty("CaravanLast")).isFalse();
            assertThat(chunk.getJMSCorrelationID()).isEqualTo("order-1");
        });
        assertThat(chunk(late.get(0))).isEqualTo(" blue");
        assertThat(late.get(1).getBooleanProperty("CaravanLast")).isTrue();
        assertThat(late.get(1).getBody(String.class)).contains("\"complete\"");
        Message answer = late.get(2);
        assertThat(answer.getBody(String.class)).isEqualTo("an answer to blue");
        assertThat(answer.getJMSCorrelationID()).isEqualTo("order-1");
        assertThat(answer.propertyExists("CaravanIndex")).isFalse();
        assertThat(answer.getIntProperty("CaravanAttempt")).isEqualTo(1);
    }

    private static String chunk(Message message) throws Exception {
        return JSON.readTree(message.getBody(String.class))
                .path("chunk")
                .path("data")
                .asText();
    }

    @Test
    void asksAgainWhenAnAnswerBreaksOffAndSaysSoInTheChunks() throws Exception {
        model.next(new Fault.Cut(2, Fault.Cut.How.RESET));
        peer.text("blue", message -> message.setBooleanProperty("CaravanStream", true));

        List<Message> chunks = peer.next(peer.queue(Queues.ANSWERS), 8);

        assertThat(chunks)
                .extracting(chunk -> chunk.getIntProperty("CaravanAttempt"))
                .containsExactly(1, 1, 2, 2, 2, 2, 2, 2);
        assertThat(chunks.get(7).getBody(String.class)).isEqualTo("an answer to blue");
    }

    @Test
    void readsTheTextOfLongPrompts() throws Exception {
        String longPrompt = "x".repeat(300_000);

        peer.text(longPrompt);
        peer.bytes(longPrompt.getBytes(StandardCharsets.UTF_8));

        assertThat(peer.next(peer.queue(Queues.ANSWERS), 2))
                .allSatisfy(answer -> assertThat(answer.getBody(String.class)).isEqualTo("an answer to " + longPrompt));
    }

    @ParameterizedTest
    @ValueSource(strings = {"IdempotencyKey", "Idempotency_HYPHEN_Key"})
    void givesAPromptWithTheSameIdempotencyKeyTheAnswerThatIsThere(String property) throws Exception {
        QueuePeer.Shape key = message -> message.setStringProperty(property, "order-1");
        peer.text("blue", key);
        Message first = peer.answer();
        Message again = peer.text("blue", key);

        Message second = peer.answer();

        assertThat(model.questions()).hasSize(1);
        assertThat(second.getBody(String.class)).isEqualTo("an answer to blue");
        assertThat(second.getJMSCorrelationID()).isEqualTo(again.getJMSMessageID());
        for (String told : List.of("CaravanProvider", "CaravanModel", "CaravanFinishReason", "CaravanAttempts")) {
            assertThat(second.getStringProperty(told)).isEqualTo(first.getStringProperty(told));
        }
        assertThat(second.getLongProperty("CaravanPromptTokens"))
                .isEqualTo(first.getLongProperty("CaravanPromptTokens"));

        peer.text("blue", message -> message.setStringProperty(property, "order-2"));
        peer.answer();
        assertThat(model.questions()).hasSize(2);
    }

    @Test
    void refusesAnIdempotencyKeyThatCameWithAnotherPrompt() throws Exception {
        QueuePeer.Shape key = message -> message.setStringProperty("IdempotencyKey", "order-1");
        peer.text("blue", key);
        peer.answer();
        peer.text("red", key);

        assertThat(peer.answer().getStringProperty("CaravanError")).isEqualTo("invalid_request");
        assertThat(peer.dead().getStringProperty("CaravanErrorMessage")).contains("IdempotencyKey");
        assertThat(model.questions()).hasSize(1);
    }

    @Test
    void givesNobodyTheAnswerToAnotherPromptThatAnotherProcessKeepsMeanwhileByTheSameKey() throws Exception {
        KeptAnswers ofAnotherProcess =
                new KeptAnswers(app.app().parts().database(), Duration.ofDays(1), Clock.systemUTC());
        KeptAnswer toBlue = new KeptAnswer("of blue", "an answer to blue", "ollama", "scripted", "stop", 1, 2, 1);
        model.when(call -> ofAnotherProcess.keep("order-1", toBlue) == null, Fault.status(500));

        peer.text("red", message -> message.setStringProperty("IdempotencyKey", "order-1"));

        assertThat(peer.answer().getStringProperty("CaravanError")).isEqualTo("invalid_request");
        assertThat(peer.dead().getStringProperty("CaravanErrorMessage")).contains("IdempotencyKey");
        assertThat(model.questions()).hasSize(1);
    }

    @Test
    void asksOnceWhatComesManyTimesAtOnce() throws Exception {
        model.next(new Fault.Pause(1, Duration.ofSeconds(1)));
        for (int i = 0; i < 10; i++) {
            peer.text(
                    "blue",
                    message -> message.setStringProperty("IdempotencyKey", "order-1"),
                    message -> message.setBooleanProperty("CaravanStream", false));
        }

        assertThat(peer.next(peer.queue(Queues.ANSWERS), 10))
                .allSatisfy(answer -> assertThat(answer.getBody(String.class)).isEqualTo("an answer to blue"));
        assertThat(model.questions()).hasSize(1);
    }

    @Test
    void keepsNoFailureByItsIdempotencyKey() throws Exception {
        model.next(Fault.status(400));
        QueuePeer.Shape key = message -> message.setStringProperty("IdempotencyKey", "order-1");
        peer.text("blue", key);
        assertThat(peer.answer().getStringProperty("CaravanError")).isEqualTo("invalid_request");

        peer.text("blue", key);

        assertThat(peer.answer().getBody(String.class)).isEqualTo("an answer to blue");
    }

    @Test
    void answersThePromptsOfAGroupInTheirOrder() throws Exception {
        for (int i = 0; i < 20; i++) {
            String group = "g" + i % 4;
            peer.text(group + " " + i, message -> message.setStringProperty("JMSXGroupID", group));
        }

        List<Message> answers = peer.next(peer.queue(Queues.ANSWERS), 20);

        for (int group = 0; group < 4; group++) {
            List<String> expected = new ArrayList<>();
            for (int i = group; i < 20; i += 4) {
                expected.add("an answer to g" + group + " " + i);
            }
            String which = " g" + group + " ";
            assertThat(answers)
                    .extracting(answer -> answer.getBody(String.class))
                    .filteredOn(text -> text.contains(which))
                    .containsExactlyElementsOf(expected);
        }
    }
}
