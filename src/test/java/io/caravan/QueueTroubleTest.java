package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.broker.Queues;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.QueuePeer;
import io.caravan.testing.TestApp;
import jakarta.jms.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of prompts in queues when Caravan stops, is stopped, or is wrong itself. */
class QueueTroubleTest {

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

    private TestApp.Builder app() {
        return TestApp.in(folder.resolve("work")).withQueues().ollama(model, "max-retries=0");
    }

    /** A program that leaves the prompts where they are. */
    private TestApp withoutReaders() {
        return app().set("caravan.queue.consumers=0").start();
    }

    private static QueuePeer peer(TestApp app) {
        return new QueuePeer(app.app().queues());
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60));
    }

    private static double depth(TestApp app, String queue) {
        return app.metric("caravan_queue_depth", "\"" + queue + "\"");
    }

    /** A route file in place of the shipped one of its name. */
    private Path instead(String name, String... lines) throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.write(routes.resolve(name + ".camel.yaml"), List.of(lines));
        return routes;
    }

    /** A prompt that has been delivered so often. */
    private String promptAfter(int deliveries) throws Exception {
        try (TestApp app = withoutReaders();
                QueuePeer peer = peer(app)) {
            String id = peer.text("blue").getJMSMessageID();
            peer.takeAndGiveBack(id, deliveries);
            return id;
        }
    }

    @Test
    void leavesPromptsAloneWithoutReaders() throws Exception {
        try (TestApp app = withoutReaders();
                QueuePeer peer = peer(app)) {
            peer.text("blue");

            soon().until(() -> depth(app, Queues.PROMPTS) == 1);
            assertThat(app.manage("/observe/health").statusCode()).isEqualTo(200);
            assertThat(model.questions()).isEmpty();
        }
        try (TestApp app = app().start();
                QueuePeer peer = peer(app)) {
            assertThat(peer.answer().getBody(String.class)).isEqualTo("an answer to blue");
        }
    }

    @Test
    void setsAPromptAsideThatEndedInASurpriseTenTimes() throws Exception {
        promptAfter(9);
        Path wrong = instead(
                "prompt",
                "- route:",
                "    id: prompt",
                "    errorHandler:",
                "      noErrorHandler: {}",
                "    from:",
                "      uri: direct:prompt",
                "      steps:",
                "        - throwException:",
                "            exceptionType: java.lang.IllegalStateException",
                "            message: a defect");

        try (TestApp app = app().routes(wrong).start();
                QueuePeer peer = peer(app)) {
            Message answer = peer.answer();
            Message dead = peer.dead();

            assertThat(answer.getStringProperty("CaravanError")).isEqualTo("internal");
            assertThat(answer.getBody(String.class))
                    .contains("IllegalStateException")
                    .doesNotContain("a defect");
            assertThat(dead.getBody(String.class)).isEqualTo("blue");
            assertThat(dead.getStringProperty("CaravanError")).isEqualTo("internal");
            assertThat(dead.getIntProperty("CaravanDeliveries")).isEqualTo(10);
            assertThat(app.metric("caravan_queue_dead_lettered_total", "")).isEqualTo(1);
            assertThat(app.metric("caravan_queue_failed_total", "internal")).isEqualTo(1);
            assertThat(app.metric("caravan_queue_redelivered_total", "")).isEqualTo(1);
        }
    }

    @Test
    void asksOneAfterTheOtherWhatWasDeliveredTooOften() throws Exception {
        promptAfter(12);
        promptAfter(12);
        model.next(new Fault.Pause(1, Duration.ofSeconds(1)));

        try (TestApp app = app().start();
                QueuePeer peer = peer(app)) {
            soon().until(() -> app.metric("caravan_queue_in_flight", "") == 2);
            assertThat(app.metric("caravan_requests_running", "")).isEqualTo(1);

            assertThat(peer.next(peer.queue(Queues.ANSWERS), 2))
                    .allSatisfy(
                            answer -> assertThat(answer.getBody(String.class)).isEqualTo("an answer to blue"));
            assertThat(depth(app, Queues.DEAD_PROMPTS)).isZero();
        }
    }

    @Test
    void setsAPromptAsideWithWhichTheProgramEndedTwice() throws Exception {
        String id = promptAfter(12);
        Files.writeString(folder.resolve("work/.alone"), id + " once more"); // as a process leaves it that is killed

        try (TestApp app = app().start();
                QueuePeer peer = peer(app)) {
            assertThat(peer.answer().getJMSCorrelationID()).isEqualTo(id);
            assertThat(peer.dead().getStringProperty("CaravanErrorMessage"))
                    .contains("ended while it alone was asked, twice");
            assertThat(model.questions()).isEmpty();
        }
    }

    @Test
    void asksAPromptOnceMoreWithWhichTheProgramEndedOnce() throws Exception {
        String id = promptAfter(12);
        Files.writeString(folder.resolve("work/.alone"), id);

        try (TestApp app = app().start();
                QueuePeer peer = peer(app)) {
            assertThat(peer.answer().getBody(String.class)).isEqualTo("an answer to blue");
            assertThat(depth(app, Queues.DEAD_PROMPTS)).isZero();
        }
    }

    @Test
    void finishesWhatItHasTakenBeforeItStops() throws Exception {
        model.next(new Fault.Pause(1, Duration.ofSeconds(1)));
        TestApp app = app().set("caravan.queue.consumers=1").start();
        try (QueuePeer peer = peer(app)) {
            peer.text("blue");
            peer.text("red");
            soon().until(() -> !model.questions().isEmpty());
        }

        app.stop(Duration.ofSeconds(30));

        assertThat(model.questions()).hasSize(1);
        try (TestApp later = withoutReaders();
                QueuePeer peer = peer(later)) {
            assertThat(peer.answer().getBody(String.class)).isEqualTo("an answer to blue");
            assertThat(depth(later, Queues.PROMPTS)).isEqualTo(1);
        }
    }

    @Test
    void givesBackWhatWaitsForItsModelBeforeItStops() throws Exception {
        promptAfter(8);
        model.always(Fault.status(503));
        TestApp app = app().start();
        soon().until(() -> app.metric("caravan_queue_waiting", "") == 1);

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> app.stop(Duration.ofSeconds(30)));

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(25));
        try (TestApp down = app().start()) {
            soon().until(() -> down.metric("caravan_queue_waiting", "") == 1);
            down.stop(Duration.ofSeconds(1));
        }
        model.heal();
        try (TestApp up = app().start();
                QueuePeer peer = peer(up)) {
            assertThat(peer.answer().getBody(String.class)).isEqualTo("an answer to blue");
            assertThat(depth(up, Queues.DEAD_PROMPTS)).isZero();
        }
    }

    @Test
    void givesAnAnswerBackThatIsNotWholeWhenTheGraceTimeIsOver() throws Exception {
        model.next(new Fault.Stall(1));
        TestApp app = app().start();
        try (QueuePeer peer = peer(app)) {
            peer.text("blue");
            soon().until(() -> !model.questions().isEmpty());
        }

        app.stop(Duration.ofMillis(200));

        try (TestApp later = app().start();
                QueuePeer peer = peer(later)) {
            assertThat(peer.answer().getBody(String.class)).isEqualTo("an answer to blue");
            assertThat(depth(later, Queues.DEAD_PROMPTS)).isZero();
        }
    }

    @Test
    void sendsNoAnswerWithoutTakingItsPromptWhateverTheAnswerRanOn() throws Exception {
        String shipped = Files.readString(Path.of("routes/in-queue.camel.yaml"));
        Path routes = instead(
                "in-queue",
                shipped.stripTrailing(),
                "        - throwException:",
                "            exceptionType: java.lang.IllegalStateException",
                "            message: a defect behind the answer");
        instead(
                "prompt",
                "- route:",
                "    id: prompt",
                "    streamCache: false",
                "    errorHandler:",
                "      noErrorHandler: {}",
                "    from:",
                "      uri: direct:prompt",
                "      steps:",
                "        - threads: {}",
                "        - process:",
                "            ref: askPrompt",
                "        - to: direct:chat");

        try (TestApp app = app().routes(routes).start();
                QueuePeer peer = peer(app)) {
            peer.text("blue");
            soon().until(() -> model.questions().size() > 1);

            assertThat(depth(app, Queues.ANSWERS)).isZero();
            assertThat(depth(app, Queues.PROMPTS)).isEqualTo(1);
        }
    }

    @Test
    void losesNothingWhenItsRouteIsEditedMeanwhile() throws Exception {
        String shipped = Files.readString(Path.of("routes/in-queue.camel.yaml"));
        Path routes = instead("in-queue", shipped.stripTrailing());
        model.always(new Fault.Pause(0, Duration.ofMillis(200)));
        int prompts = 120;
        Set<String> sent = new HashSet<>();
        try (TestApp app = app().set("caravan.queue.consumers=8").routes(routes).start();
                QueuePeer peer = peer(app)) {
            for (int i = 0; i < prompts; i++) {
                sent.add(peer.text("prompt " + i).getJMSMessageID());
            }
            soon().until(() -> model.questions().size() > 10);
            edit(routes, shipped.replace("        - to: jms:", "        - log: answered\n        - to: jms:"));
            int before = model.questions().size();
            soon().until(() -> model.questions().size() > before + 20);
            edit(routes, shipped.replace("concurrentConsumers: 1 ", "concurrentConsumers: 2 "));

            List<String> answered = new ArrayList<>();
            for (Message answer : peer.next(peer.queue(Queues.ANSWERS), prompts)) {
                assertThat(answer.propertyExists("CaravanError")).isFalse();
                answered.add(answer.getJMSCorrelationID());
            }
            assertThat(answered).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(depth(app, Queues.DEAD_PROMPTS)).isZero();
        }
    }

    /** As an editor does: the whole file in one step. */
    private void edit(Path routes, String text) throws IOException {
        Path unfinished = Files.writeString(folder.resolve("unfinished"), text);
        Files.move(
                unfinished,
                routes.resolve("in-queue.camel.yaml"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
