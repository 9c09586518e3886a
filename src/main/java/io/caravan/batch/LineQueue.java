package io.caravan.batch;

import io.caravan.broker.Queues;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.List;
import org.apache.activemq.artemis.api.core.ActiveMQDuplicateIdException;

/**
 * The queue from which the lines of all batches are worked off. A line that is in it twice, since whoever put it there was
 * killed and began anew, is dropped by the broker.
 */
public final class LineQueue {

    /** The properties of a message that say which line it is. */
    public static final String BATCH = "batch_id";

    public static final String RUN = "batch_run";
    public static final String LINE = "batch_line";

    private static final String DUPLICATE_ID = "_AMQ_DUPL_ID";

    private final ConnectionFactory connections;

    public LineQueue(ConnectionFactory connections) {
        this.connections = connections;
    }

    /** Puts lines into the queue, all or none; returns when they would survive a loss of power. */
    public void send(Batch batch, List<BatchLine> lines) throws JMSException {
        try (Connection connection = connections.createConnection()) {
            try {
                send(connection, batch, lines);
            } catch (JMSException e) {
                if (!isDuplicate(e)) {
                    throw e;
                }
                // Some of them are there already, for which the broker refuses all: those that are not go one by one.
                for (BatchLine line : lines) {
                    sendUnlessThere(connection, batch, line);
                }
            }
        }
    }

    private static void send(Connection connection, Batch batch, List<BatchLine> lines) throws JMSException {
        try (Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(Queues.BATCH))) {
            for (BatchLine line : lines) {
                producer.send(message(session, batch, line));
            }
            session.commit();
        }
    }

    private static void sendUnlessThere(Connection connection, Batch batch, BatchLine line) throws JMSException {
        try {
            send(connection, batch, List.of(line));
        } catch (JMSException e) {
            if (!isDuplicate(e)) {
                throw e;
            }
        }
    }

    private static TextMessage message(Session session, Batch batch, BatchLine line) throws JMSException {
        TextMessage message = session.createTextMessage(line.json());
        message.setStringProperty(BATCH, batch.id());
        message.setStringProperty(RUN, batch.run());
        message.setIntProperty(LINE, line.number());
        message.setStringProperty(DUPLICATE_ID, batch.shortId() + ":" + batch.run() + ":" + line.number());
        return message;
    }

    private static boolean isDuplicate(JMSException thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ActiveMQDuplicateIdException) {
                return true;
            }
        }
        return false;
    }
}
