package io.caravan;

import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.broker.Queues;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.Frames;
import io.caravan.demo.Ending;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.OutsideBroker;
import io.caravan.testing.TestApp;
import io.caravan.workers.Fronts;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.TemporaryQueue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that has doors only, and one that answers in its place: each with its own connection to one broker. */
class WorkersTest {

    @TempDir
    static Path folder;

    static ScriptedModel model;
    static OutsideBroker broker;
    static TestApp worker;
    static TestApp front;

    ChatClient client;

    @BeforeAll
    static void start() throws Exception {
        model = ScriptedModel.builder()
                .script(Script.always(Reply.of(Words.of("one two three"), Pace.AT_ONCE)))
                .start();
        broker = OutsideBroker.in(folder.resolve("broker"));
        worker = worker("worker");
        front = TestApp.in(Files.createDirectory(folder.resolve("front")))
                .ollama("ollama", java.net.URI.create("http://127.0.0.1:" + TestApp.closedPort()))
                .set("caravan.broker.url=" + broker.url(), "caravan.answered-by=workers")
                .start();
    }

    private static TestApp worker(String name) throws Exception {
        return TestApp.in(Files.createDirectory(folder.resolve(name)))
                .ollama(model)
                .set("caravan.broker.url=" + broker.url(), "caravan.questions.consumers=8")
                .start();
    }

    @AfterAll
    static void stop() throws Exception {
        front.close();
        worker.close();
        broker.stop();
        model.close();
    }

    @BeforeEach
    void connect() {
        client = front.connect();
    }

    @AfterEach
    void forget() {
        client.close();
        model.heal();
    }

    @Test
    void passesEveryEventOnAsIfItHadAnsweredItself() {
        JsonNode started = client.chat("r1", "hello").next("r1");
        List<JsonNode> rest = client.all("r1");

        assertThat(started.path("status").asText()).isEqualTo("processing");
        assertThat(started.at("/metadata/provider").asText()).isEqualTo("ollama");
        assertThat(text(rest)).isEqualTo("one two three");
        JsonNode end = rest.get(rest.size() - 1);
        assertThat(end.path("status").asText()).isEqualTo("complete");
        assertThat(end.at("/metadata/provider").asText()).isEqualTo("ollama");
        assertThat(end.at("/metadata/finish_reason").asText()).isEqualTo("stop");
        assertThat(end.at("/metadata/usage/completion_tokens").asInt()).isPositive();
        assertThat(end.at("/metadata/attempts").asInt()).isEqualTo(1);
    }

    @Test
    void answersManyAtOnceEachInItsOrder() {
        for (int each = 0; each < 50; each++) {
            client.chat("many-" + each, "hello");
        }

        for (int each = 0; each < 50; each++) {
            assertThat(text(client.all("many-" + each))).isEqualTo("one two three");
        }
    }

    @Test
    void givesTheWholeTextToARouteOfItsOwn() throws Exception {
        try (ProducerTemplate producer = front.app().context().createProducerTemplate()) {
            assertThat(producer.requestBody("direct:chat", "hello", String.class))
                    .isEqualTo("one two three");
        }
    }

    @Test
    void tellsTheErrorOfTheWorker() {
        model.next(Fault.status(400));

        JsonNode error = client.chat("r1", "hello").error("r1");

        assertThat(error.path("code").asText()).isEqualTo("invalid_request");
        assertThat(error.path("partial").asBoolean()).isFalse();
    }

    @Test
    void countsOnWhereAQuestionIsAskedAgain() throws Exception {
        try (ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(broker.url());
                JMSContext jms = connections.createContext()) {
            TemporaryQueue events = jms.createTemporaryQueue();
            Message question = jms.createTextMessage(Frames.chat("q1", ChatRequest.of("hello")));
            question.setJMSReplyTo(events);
            question.setJMSCorrelationID("q1");
            question.setIntProperty(Fronts.DELIVERIES_BEFORE, 1);

            jms.createProducer().send(jms.createQueue(Queues.QUESTIONS), question);

            Message event = jms.createConsumer(events).receive(20_000);
            assertThat(event).isNotNull();
            assertThat(event.getIntProperty("delivery")).isEqualTo(2);
        }
    }

    @Test
    void stopsTheModelWhenTheCallerCancels() {
        model.next(new Fault.Trickle(Duration.ofMillis(50)));
        client.chat("r1", "hello").until("r1", "chunk");

        client.send("cancel", "r1");

        assertThat(client.error("r1").path("code").asText()).isEqualTo("cancelled");
        await().until(() -> model.inFlight() == 0);
        assertThat(model.questions().get(model.questions().size() - 1).ending())
                .succeedsWithin(Duration.ofSeconds(60))
                .extracting(Ending::how)
                .isEqualTo(Ending.How.LEFT);
    }

    @Test
    void stopsTheModelWhenTheCallerLeaves() {
        model.next(new Fault.Trickle(Duration.ofMillis(50)));
        client.chat("r1", "hello").until("r1", "chunk");

        client.close();

        await().until(() -> model.inFlight() == 0);
    }

    @Test
    void saysThatAnAnswerBrokeOffWhereItDid() {
        model.next(new Fault.Cut(2, Fault.Cut.How.RESET));

        JsonNode error = client.chat("r1", "hello").error("r1");

        assertThat(error.path("code").asText()).isEqualTo("stream_interrupted");
        assertThat(error.path("partial").asBoolean()).isTrue();
    }

    @Test
    void goesOnAfterTheBrokerWasAway() throws Exception {
        assertThat(text(client.chat("before", "hello").all("before"))).isEqualTo("one two three");

        broker.restart();

        await().until(() -> {
            String id = "after-" + System.nanoTime();
            return text(client.chat(id, "hello").all(id)).equals("one two three");
        });
        await().until(() -> broker.heard(Queues.CONTROL)); // for the tests behind
    }

    @Test
    void answersAQuestionThatComesBackToTheWorkerThatIsStillAtIt() throws Exception {
        model.next(new Fault.Silence());
        int before = model.questions().size();
        client.chat("r1", "hello");
        await().until(() -> model.inFlight() == 1);

        broker.dropReadersOf(Queues.QUESTIONS);

        assertThat(text(client.all("r1"))).isEqualTo("one two three");
        assertThat(model.questions()).hasSize(before + 2);
        await().until(() -> model.inFlight() == 0);
    }

    @Test
    void saysThatNobodyCanAnswerWhileTheBrokerIsAway() throws Exception {
        Path nobody = Files.createDirectory(folder.resolve("nobody"));
        try (TestApp alone = TestApp.in(nobody)
                        .ollama(model)
                        .set(
                                "caravan.broker.url=tcp://127.0.0.1:" + TestApp.closedPort(),
                                "caravan.answered-by=workers")
                        .start();
                ChatClient caller = alone.connect()) {
            JsonNode error = caller.chat("r1", "hello").error("r1");

            assertThat(error.path("code").asText()).isEqualTo("provider_unavailable");
            assertThat(error.path("message").asText()).contains("broker");
        }
    }
}
