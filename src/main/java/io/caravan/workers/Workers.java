package io.caravan.workers;

import io.caravan.broker.Queues;
import io.caravan.chat.ChatCall;
import io.caravan.chat.Frames;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.TemporaryQueue;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who answer in place of this process, wherever they are: each question goes into one queue for all of them, its
 * events come back over a queue of this process alone. Thread-safe.
 */
public final class Workers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    /** A question that no worker has taken by then is not answered for nobody. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

    /** Of a worker that is there, something is heard more often: {@link Fronts#SIGN_OF_LIFE}. */
    private static final Duration UNTIL_GONE = Duration.ofMinutes(1);

    private final ConnectionFactory connections;
    private final Duration untilGone;
    private final Map<String, EventQueue> waiting = new ConcurrentHashMap<>();
    private final ExecutorService control;
    private @Nullable Line line;

    /** One connection, and the queue for the events, which goes when it does. */
    private record Line(JMSContext listening, JMSContext sending, JMSProducer producer, TemporaryQueue events) {}

    /** @param connections to the broker that the workers are on, too */
    public Workers(ConnectionFactory connections) {
        this(connections, UNTIL_GONE);
    }

    Workers(ConnectionFactory connections, Duration untilGone) {
        this.connections = connections;
        this.untilGone = untilGone;
        control = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "caravan-control");
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy()); // once it is closed
    }

    /** Questions that are not answered yet. */
    public int waiting() {
        return waiting.size();
    }

    /**
     * Asks the workers. The call's end forgets the question; stopping the call stops the worker.
     *
     * @throws UnavailableException if the broker cannot be reached
     */
    public WorkerAnswer ask(ChatCall call) {
        String id = UUID.randomUUID().toString();
        EventQueue events = new EventQueue();
        waiting.put(id, events);
        call.atEnd(() -> waiting.remove(id));
        String question = Frames.chat(id, call.request());
        boolean attended = call.approvals().attended();
        send(question, id, attended, 0);
        call.whenStopped(() -> {
            events.fail(call.stopped().orElseThrow());
            tell(Frames.cancel(id));
        });
        return new WorkerAnswer(
                call,
                events,
                (callId, approved) -> tell(Frames.decide(id, callId, approved)),
                deliveries -> send(question, id, attended, deliveries),
                untilGone);
    }

    private synchronized void send(String question, String id, boolean attended, int deliveries) {
        try {
            Line open = line();
            Message message = open.sending().createTextMessage(question);
            message.setJMSReplyTo(open.events());
            message.setJMSCorrelationID(id);
            message.setBooleanProperty(Fronts.ATTENDED, attended);
            message.setIntProperty(Fronts.DELIVERIES_BEFORE, deliveries);
            open.producer()
                    .setTimeToLive(LONGEST_WAIT.toMillis())
                    .send(open.sending().createQueue(Queues.QUESTIONS), message);
        } catch (JMSException | JMSRuntimeException e) {
            throw UnavailableException.inVain(
                    ErrorCode.PROVIDER_UNAVAILABLE, "the broker cannot be reached: " + e.getMessage(), e);
        }
    }

    /** All workers hear it; the one whom it concerns acts. Whoever says so, a timer for one, does not wait for the broker. */
    private void tell(String frame) {
        control.execute(() -> tellNow(frame));
    }

    private synchronized void tellNow(String frame) {
        Line open = line;
        if (open == null) {
            return; // with the connection went the queue for the events: who answers notices
        }
        try {
            open.producer().setTimeToLive(LONGEST_WAIT.toMillis());
            open.producer().send((Destination) open.sending().createTopic(Queues.CONTROL), frame);
        } catch (JMSRuntimeException e) {
            LOG.warn("The workers could not be told of the end of a request: {}", e.getMessage());
        }
    }

    private Line line() {
        Line open = line;
        if (open == null) {
            JMSContext listening = connections.createContext(JMSContext.AUTO_ACKNOWLEDGE);
            try {
                open = lineOver(listening);
            } catch (JMSRuntimeException e) {
                close(listening::close);
                throw e;
            }
            line = open;
        }
        return open;
    }

    private Line lineOver(JMSContext listening) {
        TemporaryQueue events = listening.createTemporaryQueue();
        listening.setExceptionListener(this::broken);
        listening.createConsumer(events).setMessageListener(this::came);
        JMSContext sending = listening.createContext(JMSContext.AUTO_ACKNOWLEDGE);
        return new Line(
                listening, sending, sending.createProducer().setDeliveryMode(DeliveryMode.NON_PERSISTENT), events);
    }

    /** Who still answers what nobody waits for was not there when it was told so. */
    private void came(Message message) {
        try {
            String id = message.getJMSCorrelationID();
            EventQueue events = waiting.get(id);
            if (events == null || events.overflows(sent(message))) {
                tell(Frames.cancel(id));
            }
        } catch (JMSException e) {
            LOG.warn("An event of a worker could not be read: {}", e.getMessage());
        }
    }

    private static EventQueue.Sent sent(Message event) throws JMSException {
        return new EventQueue.Sent(
                event.getBody(String.class), event.getIntProperty(Fronts.DELIVERY), event.getIntProperty(Fronts.TURN));
    }

    /** What was sent over the connection may be lost: who waits is told, and the next question has a new one. */
    private void broken(JMSException e) {
        LOG.warn("The connection to the broker broke: {}", e.getMessage());
        drop();
        CaravanException why = StreamException.interrupted("the connection to the broker broke", e);
        waiting.values().forEach(events -> events.fail(why));
    }

    private synchronized void drop() {
        Line dropped = line;
        line = null;
        if (dropped != null) {
            close(dropped.sending()::close);
            close(dropped.listening()::close);
        }
    }

    private static void close(Runnable closing) {
        try {
            closing.run();
        } catch (JMSRuntimeException e) {
            LOG.debug("It was closed already: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        control.shutdown();
        drop();
    }
}
