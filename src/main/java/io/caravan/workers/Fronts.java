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
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The processes that this one answers questions for: each event goes to the queue of the one that asked. Thread-safe. */
public final class Fronts implements AutoCloseable {

    /** Property of a question: whether somebody hears its events at once, and can decide about calls of tools. */
    public static final String ATTENDED = "attended";

    /** Property of a question: how often a worker was given it before it was asked again. */
    public static final String DELIVERIES_BEFORE = "deliveries";

    /** The text of an event that says no more than that the worker is there. */
    static final String STILL_THERE = "";

    /** How often a worker says so. */
    static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);

    /** Property of an event: how often its question was given to a worker, from 1. */
    static final String DELIVERY = "delivery";

    /** Property of an event: in which turn of the model it came, from 0. */
    static final String TURN = "turn";

    private final ConnectionFactory pooled;
    private final Duration signOfLife;
    private final ScheduledThreadPoolExecutor signs;

    /** @param pooled connections to the broker that the questions come from, for sending */
    public Fronts(ConnectionFactory pooled) {
        this(pooled, SIGN_OF_LIFE);
    }

    Fronts(ConnectionFactory pooled, Duration signOfLife) {
        this.pooled = pooled;
        this.signOfLife = signOfLife;
        signs = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "caravan-signs-of-life");
            thread.setDaemon(true);
            return thread;
        });
        signs.setRemoveOnCancelPolicy(true);
    }

    /**
     * The line to whoever asked a question. All its events go over one session, so that they arrive in their order. Until
     * it is closed, whoever asked hears that this process is there, too, however long the model is silent.
     *
     * @param id of the question
     * @param delivery how often the question was given to a worker, from 1
     */
    public Line line(Destination front, String id, int delivery) {
        return new Line(pooled.createContext(JMSContext.AUTO_ACKNOWLEDGE), front, id, delivery, this::regularly);
    }

    private Future<?> regularly(Runnable sign) {
        long nanos = signOfLife.toNanos();
        return signs.scheduleWithFixedDelay(sign, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        signs.shutdownNow();
    }

    /** The line to whoever asked one question. */
    public static final class Line implements AutoCloseable {

        private final JMSContext context;
        private final JMSProducer producer;
        private final Destination front;
        private final String id;
        private final int delivery;
        private final Future<?> signs;
        private boolean closed;

        private Line(
                JMSContext context,
                Destination front,
                String id,
                int delivery,
                Function<Runnable, Future<?>> regularly) {
            this.context = context;
            this.producer = context.createProducer().setDeliveryMode(DeliveryMode.NON_PERSISTENT);
            this.front = front;
            this.id = id;
            this.delivery = delivery;
            this.signs = regularly.apply(this::stillThere);
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

        private synchronized void stillThere() {
            if (!closed) {
                send(STILL_THERE, 0);
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                signs.cancel(false);
                context.close();
            }
        }
    }
}
