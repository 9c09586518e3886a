package io.caravan.workers;

import io.caravan.failure.CancelledException;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.TextMessage;

/** The processes that this one answers questions for: each event goes to the queue of the one that asked. Thread-safe. */
public final class Fronts {

    /** Property of a question: whether somebody hears its events at once, and can decide about calls of tools. */
    public static final String ATTENDED = "attended";

    /** Property of an event: how often its question was given to a worker, from 1. */
    static final String DELIVERY = "delivery";

    /** Property of an event: in which turn of the model it came, from 0. */
    static final String TURN = "turn";

    private final ConnectionFactory pooled;

    /** @param pooled connections to the broker that the questions come from, for sending */
    public Fronts(ConnectionFactory pooled) {
        this.pooled = pooled;
    }

    /**
     * The line to whoever asked a question. All its events go over one session, so that they arrive in their order.
     *
     * @param id of the question
     * @param delivery how often the question was given to a worker, from 1
     */
    public Line line(Destination front, String id, int delivery) {
        return new Line(pooled.createContext(JMSContext.AUTO_ACKNOWLEDGE), front, id, delivery);
    }

    /** The line to whoever asked one question. */
    public static final class Line implements AutoCloseable {

        private final JMSContext context;
        private final JMSProducer producer;
        private final Destination front;
        private final String id;
        private final int delivery;
        private boolean closed;

        private Line(JMSContext context, Destination front, String id, int delivery) {
            this.context = context;
            this.producer = context.createProducer().setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            this.front = front;
            this.id = id;
            this.delivery = delivery;
        }

        /**
         * Sends one event.
         *
         * @param turn of the model, from 0
         * @throws CancelledException if whoever asked is gone, or cannot be reached
         */
        public synchronized void send(String event, int turn) {
            try {
                TextMessage message = context.createTextMessage(event);
                message.setJMSCorrelationID(id);
                message.setIntProperty(DELIVERY, delivery);
                message.setIntProperty(TURN, turn);
                producer.send(front, message);
            } catch (JMSException | JMSRuntimeException e) {
                throw new CancelledException("The front that asked is gone: " + e.getMessage(), false);
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                context.close();
            }
        }
    }
}
