package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.broker.Queues;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Question;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.ToolCall;
import io.caravan.demo.Words;
import io.caravan.testing.QueuePeer;
import io.caravan.testing.TestApp;
import jakarta.jms.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues in routes of a team's own. */
class QueueRoutesTest {

    @TempDir
    Path folder;

    ScriptedModel model;

    @BeforeEach
    void start() {
        model = ScriptedModel.builder()
                .script(question -> Reply.of(Words.of("an answer to " + question.prompt()), Pace.AT_ONCE))
                .start();
    }

    @AfterEach
    void stop() {
        model.close();
    }

    private TestApp with(String... route) throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.write(routes.resolve("tickets.camel.yaml"), List.of(route));
        return TestApp.in(folder.resolve("work"))
                .ollama(model)
                .withQueues()
                .routes(routes)
                .start();
    }

    @Test
    void takeMessagesAndSendThem() throws Exception {
        try (TestApp app = with(
                        "- route:",
                        "    id: tickets",
                        "    routeConfigurationId: failures",
                        "    from:",
                        "      uri: jms:queue:tickets",
                        "      steps:",
                        "        - to: direct:chat",
                        "        - to: jms:queue:summaries");
                QueuePeer peer = new QueuePeer(app.app().queues())) {
            peer.to("tickets", "blue");

            assertThat(peer.next(peer.queue("summaries")).getBody(String.class)).isEqualTo("an answer to blue");
        }
    }

    @Test
    void hearWhyAPromptWasSetAsideButNothingThatSteers() throws Exception {
        model.always(Fault.status(400));
        try (TestApp app = with(
                        "- route:",
                        "    id: dead",
                        "    from:",
                        "      uri: jms:queue:caravan.prompts.dead",
                        "      steps:",
                        "        - setBody:",
                        "            simple: ${body} ${header.CaravanError} ${header.CaravanDeliveries}"
                                + " ${header.CaravanErrorMessage} ${header.CaravanModel}",
                        "        - to: jms:queue:alarms");
                QueuePeer peer = new QueuePeer(app.app().queues())) {
            peer.text("blue", message -> message.setStringProperty("CaravanModel", "another"));

            assertThat(peer.next(peer.queue("alarms")).getBody(String.class)).matches("blue invalid_request 1 \\S.* ");
        }
    }

    @Test
    void keepWhatFailsAndSendNothingOfIt() throws Exception {
        try (TestApp app = with(
                        "- route:",
                        "    id: tickets",
                        "    errorHandler:",
                        "      noErrorHandler: {}",
                        "    from:",
                        "      uri: jms:queue:tickets",
                        "      steps:",
                        "        - to: jms:queue:summaries",
                        "        - throwException:",
                        "            exceptionType: java.lang.IllegalStateException",
                        "            message: a defect");
                QueuePeer peer = new QueuePeer(app.app().queues())) {
            peer.to("tickets", "blue");

            Message dead = peer.next(peer.queue(Queues.DEAD));
            assertThat(dead.getBody(String.class)).isEqualTo("blue");
            assertThat(dead.getStringProperty("_AMQ_ORIG_QUEUE")).isEqualTo("tickets");
            assertThat(peer.empty(peer.queue("summaries"))).isTrue();
        }
    }

    @Test
    void sendAtOnceFromElsewhere() throws Exception {
        try (TestApp app = with(
                        "- route:",
                        "    id: tickets",
                        "    routeConfigurationId: failures",
                        "    from:",
                        "      uri: file:" + folder.resolve("tickets"),
                        "      steps:",
                        "        - split:",
                        "            tokenize: \";\"",
                        "            steps:",
                        "              - to: jms:queue:caravan.prompts");
                QueuePeer peer = new QueuePeer(app.app().queues())) {
            Path unfinished = Files.writeString(folder.resolve("many"), "one;two;three");
            Files.createDirectories(folder.resolve("tickets"));
            Files.move(unfinished, folder.resolve("tickets/many"));

            assertThat(peer.next(peer.queue(Queues.ANSWERS), 3))
                    .extracting(answer -> answer.getBody(String.class))
                    .containsExactlyInAnyOrder("an answer to one", "an answer to two", "an answer to three");
            await().until(() -> Files.exists(folder.resolve("tickets/.camel/many")));
        }
    }

    @Test
    void sendInTheSameTransactionWhatAChatWithToolsHasSaid() throws Exception {
        model.close();
        model = ScriptedModel.builder().script(QueueRoutesTest::callsTwoTools).start();
        try (TestApp app = with(
                        "- route:",
                        "    id: weather",
                        "    from:",
                        "      uri: tool:weather",
                        "      parameters:",
                        "        description: The weather",
                        "      steps:",
                        "        - setBody: {constant: rain}",
                        "- route:",
                        "    id: tickets",
                        "    errorHandler:",
                        "      noErrorHandler: {}",
                        "    from:",
                        "      uri: jms:queue:tickets",
                        "      steps:",
                        "        - to: direct:chat",
                        "        - to: jms:queue:summaries",
                        "        - throwException:",
                        "            exceptionType: java.lang.IllegalStateException",
                        "            message: a defect");
                QueuePeer peer = new QueuePeer(app.app().queues())) {
            peer.to("tickets", "weather");

            peer.next(peer.queue(Queues.DEAD));
            assertThat(peer.empty(peer.queue("summaries"))).isTrue();
            assertThat(model.questions()).hasSize(20);
        }
    }

    private static Reply callsTwoTools(Question question) {
        return question.results().isEmpty()
                ? Reply.calling(
                        List.of(
                                new ToolCall("call_1", "weather", JsonNodeFactory.instance.objectNode()),
                                new ToolCall("call_2", "weather", JsonNodeFactory.instance.objectNode())),
                        Pace.AT_ONCE)
                : Reply.of(Words.of("rain"), Pace.AT_ONCE);
    }
}
