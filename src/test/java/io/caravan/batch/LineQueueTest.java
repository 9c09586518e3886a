package io.caravan.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.broker.Broker;
import io.caravan.broker.Queues;
import io.caravan.settings.BrokerSettings;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineQueueTest {

    private static final String END = "the end";

    @TempDir
    Path folder;

    Broker broker;
    LineQueue queue;

    @BeforeEach
    void start() {
        broker = broker();
        queue = new LineQueue(broker.sending());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private Broker broker() {
        Broker started = Broker.of(
                new BrokerSettings(Optional.empty(), Optional.empty(), Optional.empty(), 0),
                folder,
                UnaryOperator.identity());
        started.start();
        return started;
    }

    private static Batch batch(String run) {
        return new Batch(
                "f".repeat(64),
                run,
                "many.jsonl",
                Batch.State.RUNNING,
                9,
                0,
                0,
                0,
                0,
                0,
                Instant.EPOCH,
                Instant.EPOCH,
                Optional.empty());
    }

    private static List<BatchLine> lines(int... numbers) {
        List<BatchLine> lines = new ArrayList<>();
        for (int number : numbers) {
            lines.add(new BatchLine(number, "id-" + number, "{\"n\":" + number + "}"));
        }
        return lines;
    }

    /** All that is in the queue; a message behind it tells where that ends. */
    private List<String> received() throws JMSException {
        List<String> all = new ArrayList<>();
        try (Connection connection = broker.connections().createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue(Queues.BATCH));
                MessageConsumer consumer = session.createConsumer(session.createQueue(Queues.BATCH))) {
            connection.start();
            producer.send(session.createTextMessage(END));
            for (TextMessage message = next(consumer); !message.getText().equals(END); message = next(consumer)) {
                assertThat(message.getStringProperty(LineQueue.BATCH)).isEqualTo("f".repeat(64));
                all.add(message.getStringProperty(LineQueue.RUN) + message.getIntProperty(LineQueue.LINE) + " "
                        + message.getText());
            }
        }
        return all;
    }

    private static TextMessage next(MessageConsumer consumer) throws JMSException {
        return (TextMessage) consumer.receive();
    }

    @Test
    void queuesEachLine() throws JMSException {
        queue.send(batch("r"), lines(1, 3));

        assertThat(received()).containsExactly("r1 {\"n\":1}", "r3 {\"n\":3}");
    }

    @Test
    void queuesNoLineTwiceInOneRun() throws JMSException {
        queue.send(batch("r"), lines(1, 2, 3));
        queue.send(batch("r"), lines(1, 2, 3));
        queue.send(batch("r"), lines(2, 4, 5));
        queue.send(batch("s"), lines(2));

        assertThat(received())
                .containsExactly(
                        "r1 {\"n\":1}", "r2 {\"n\":2}", "r3 {\"n\":3}", "r4 {\"n\":4}", "r5 {\"n\":5}", "s2 {\"n\":2}");
    }

    @Test
    void remembersWhatItQueuedWhenTheBrokerStartsAnew() throws JMSException {
        queue.send(batch("r"), lines(1, 2));
        broker.close();
        broker = broker();

        new LineQueue(broker.sending()).send(batch("r"), lines(1, 2, 3));

        assertThat(received()).containsExactly("r1 {\"n\":1}", "r2 {\"n\":2}", "r3 {\"n\":3}");
    }
}
