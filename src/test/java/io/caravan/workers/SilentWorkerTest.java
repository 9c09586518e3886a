package io.caravan.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.broker.Queues;
import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatEvent;
import io.caravan.chat.ChatRequest;
import io.caravan.chat.EventJson;
import io.caravan.chat.Usage;
import io.caravan.failure.StreamException;
import io.caravan.testing.OutsideBroker;
import io.caravan.testing.QueuePeer;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that says nothing more, on a connection that stands: its question has expired, and the broker drops it. */
class SilentWorkerTest {

    private static final Duration UNTIL_GONE = Duration.ofSeconds(1);
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final EventJson json = new EventJson(Optional.of("q1"));

    @TempDir
    Path folder;

    OutsideBroker broker;
    ActiveMQConnectionFactory connections;
    QueuePeer questions;
    Workers workers;

    @BeforeEach
    void connect() throws Exception {
        broker = OutsideBroker.in(folder);
        connections = new ActiveMQConnectionFactory(broker.url());
        questions = new QueuePeer(connections);
        workers = new Workers(connections, UNTIL_GONE);
    }

    @AfterEach
    void close() throws Exception {
        workers.close();
        questions.close();
        connections.close();
        broker.stop();
    }

    @Test
    void leavesItsQuestionToAnother() throws Exception {
        ChatCall call = new ChatCall("r1", ChatRequest.of("hello"), false);
        WorkerAnswer answer = workers.ask(call);
        CompletableFuture<Void> read = read(answer);
        try (Fronts fronts = new Fronts(connections, NEVER);
                Fronts.Line silent = taken(fronts)) {
            silent.send(started(), 0);
            silent.send(text("one two "), 0);

            try (Fronts.Line another = taken(fronts)) {
                silent.send(text("late "), 0);
                another.send(started(), 0);
                another.send(text("one two three"), 0);
                another.send(completed(), 0);

                assertThat(read).succeedsWithin(PATIENCE);
            }
        }

        answer.verdict();
        assertThat(call.progress().wholeText()).isEqualTo("one two three");
    }

    @Test
    void breaksOffAnAnswerThatHadBegun() throws Exception {
        WorkerAnswer answer = workers.ask(new ChatCall("r1", ChatRequest.of("hello"), true));
        try (Fronts fronts = new Fronts(connections, NEVER);
                Fronts.Line silent = taken(fronts)) {
            silent.send(started(), 0);
            silent.send(text("one "), 0);

            assertThat(read(answer)).succeedsWithin(PATIENCE);
        }

        assertGone(answer);
        assertThat(questions.empty(questions.queue(Queues.QUESTIONS))).isTrue();
    }

    @Test
    void isFollowedByOneMoreAtMost() throws Exception {
        WorkerAnswer answer = workers.ask(new ChatCall("r1", ChatRequest.of("hello"), true));
        CompletableFuture<Void> read = read(answer);
        try (Fronts fronts = new Fronts(connections, NEVER);
                Fronts.Line silent = taken(fronts)) {
            silent.send(started(), 0);
            try (Fronts.Line another = taken(fronts)) {
                another.send(started(), 0);

                assertThat(read).succeedsWithin(PATIENCE);
            }
        }

        assertGone(answer);
        assertThat(questions.empty(questions.queue(Queues.QUESTIONS))).isTrue();
    }

    @Test
    void isWaitedForAsLongAsItSaysThatItIsThere() throws Exception {
        Duration often = UNTIL_GONE.dividedBy(10);
        WorkerAnswer answer = workers.ask(new ChatCall("r1", ChatRequest.of("hello"), true));
        try (Fronts fronts = new Fronts(connections, often);
                Fronts.Line slow = taken(fronts)) {
            for (int sign = 0; sign < 25; sign++) {
                assertThat(answer.next()).isNull();
            }
            slow.send(started(), 0);
            slow.send(completed(), 0);

            assertThat(read(answer)).succeedsWithin(PATIENCE);
        }

        assertThatCode(answer::verdict).doesNotThrowAnyException();
    }

    private Fronts.Line taken(Fronts fronts) throws JMSException {
        Message question = questions.next(questions.queue(Queues.QUESTIONS));
        return fronts.line(
                question.getJMSReplyTo(),
                question.getJMSCorrelationID(),
                question.getIntProperty(Fronts.DELIVERIES_BEFORE) + question.getIntProperty("JMSXDeliveryCount"));
    }

    private static CompletableFuture<Void> read(WorkerAnswer answer) {
        return CompletableFuture.runAsync(() -> {
            while (answer.hasNext()) {
                answer.next();
            }
        });
    }

    private static void assertGone(WorkerAnswer answer) {
        assertThatThrownBy(answer::verdict)
                .isInstanceOf(StreamException.class)
                .hasMessage("the worker that answered is gone");
    }

    private String started() {
        return json.started(new ChatEvent.Started("ollama", "m", Optional.empty(), List.of()));
    }

    private String text(String text) {
        return json.chunk(new ChatEvent.Text(text), 0);
    }

    private String completed() {
        return json.completed(new ChatEvent.Completed("ollama", "m", "stop", Usage.UNKNOWN, 1, 2, 1, false));
    }
}
