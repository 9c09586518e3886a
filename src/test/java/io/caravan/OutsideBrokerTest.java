package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.broker.Queues;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.operate.Finding;
import io.caravan.testing.BrokerProcess;
import io.caravan.testing.ChatClient;
import io.caravan.testing.QueuePeer;
import io.caravan.testing.TestApp;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker in a process of its own, which comes and goes while Caravan runs. */
class OutsideBrokerTest {

    @TempDir
    Path folder;

    ScriptedModel model;
    BrokerProcess broker;

    @BeforeEach
    void start() {
        model = ScriptedModel.builder()
                .script(question -> Reply.of(Words.of("an answer to " + question.prompt()), Pace.AT_ONCE))
                .start();
        broker = BrokerProcess.later(folder.resolve("broker"));
    }

    @AfterEach
    void stop() {
        broker.close();
        model.close();
    }

    private TestApp.Builder app() {
        return TestApp.in(folder.resolve("work"))
                .withQueues()
                .ollama(model, "max-retries=0")
                .set(
                        "caravan.broker.url=" + broker.url(),
                        "caravan.broker.user=" + BrokerProcess.USER,
                        "caravan.broker.password=" + BrokerProcess.PASSWORD,
                        "caravan.queue.consumers=8");
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60));
    }

    @Test
    void answersPromptsOfPeersThatAreElsewhere() throws Exception {
        broker.start();
        try (TestApp app = app().start();
                QueuePeer peer = new QueuePeer(broker.connections())) {
            Message prompt = peer.text("blue");

            Message answer = peer.answer();

            assertThat(answer.getBody(String.class)).isEqualTo("an answer to blue");
            assertThat(answer.getJMSCorrelationID()).isEqualTo(prompt.getJMSMessageID());
            assertThat(app.app().checks().broker().finding(folder).level()).isEqualTo(Finding.Level.OK);
            soon().until(() -> app.metric("caravan_queue_depth", Queues.PROMPTS + "\"") == 0);
        }
    }

    @Test
    void runsWithoutABrokerAndSaysSoUntilItIsThere() throws Exception {
        try (TestApp app = app().start()) {
            soon().untilAsserted(() -> {
                assertThat(app.manage("/observe/health").statusCode()).isEqualTo(503);
                assertThat(app.manage("/observe/health").body()).contains("Cannot connect");
            });
            assertThat(app.manage("/observe/health/ready").statusCode()).isEqualTo(200);
            assertThat(app.app().checks().broker().finding(folder).line()).contains("FAIL", "caravan.broker.url");
            try (ChatClient client = app.connect()) {
                assertThat(ChatClient.text(client.chat("r1", "red").all("r1"))).isEqualTo("an answer to red");
            }

            broker.start();

            try (QueuePeer peer = new QueuePeer(broker.connections())) {
                peer.text("blue");
                assertThat(peer.answer().getBody(String.class)).isEqualTo("an answer to blue");
            }
            soon().until(() -> app.manage("/observe/health").statusCode() == 200);
        }
    }

    @Test
    void losesNoPromptToABrokerThatIsKilledAndStartedAgain() throws Exception {
        broker.start();
        try (TestApp app = app().start()) {
            Set<String> sent = new HashSet<>();
            try (QueuePeer peer = new QueuePeer(broker.connections())) {
                for (int i = 0; i < 200; i++) {
                    sent.add(peer.text("prompt " + i).getJMSMessageID());
                }
                soon().until(() -> model.questions().size() > 20);
            } finally {
                broker.kill();
            }
            soon().until(() -> app.manage("/observe/health").statusCode() == 503);

            broker.start();

            Set<String> answered = new HashSet<>();
            try (QueuePeer peer = new QueuePeer(broker.connections())) {
                for (Message answer : peer.next(peer.queue(Queues.ANSWERS), 200)) {
                    answered.add(answer.getJMSCorrelationID());
                }
                assertThat(peer.empty(peer.queue(Queues.ANSWERS))).isTrue();
                assertThat(peer.empty(peer.queue(Queues.DEAD_PROMPTS))).isTrue();
            }
            assertThat(answered).isEqualTo(sent);
        }
    }

    @Test
    void stopsInTimeWithoutItsBroker() throws Exception {
        broker.start();
        TestApp app = app().start();
        soon().until(() -> app.metric("caravan_queue_depth", Queues.PROMPTS + "\"") == 0);
        broker.kill();

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> app.stop(Duration.ofSeconds(1)));

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(25));
    }
}
