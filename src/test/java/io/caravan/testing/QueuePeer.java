package io.caravan.testing;

import io.caravan.broker.Queues;
import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program that puts prompts into queues and reads what comes of them. Not thread-safe. */
public final class QueuePeer implements AutoCloseable {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final JMSContext jms;
    private final Map<Destination, JMSConsumer> readers = new HashMap<>();

    public QueuePeer(ConnectionFactory connections) {
        jms = connections.createContext();
    }

    /** Changes a message before it is sent. */
    public interface Shape {
        void shape(Message message) throws JMSException;
    }

    public Message text(String text, Shape... shapes) throws JMSException {
        return send(jms.createTextMessage(text), shapes);
    }

    public Message json(String json, Shape... shapes) throws JMSException {
        Message message = jms.createTextMessage(json);
        message.setStringProperty("contentType", "application/json");
        return send(message, shapes);
    }

    public Message bytes(byte[] bytes, Shape... shapes) throws JMSException {
        BytesMessage message = jms.createBytesMessage();
        message.writeBytes(bytes);
        return send(message, shapes);
    }

    public Message bytes(String text, Shape... shapes) throws JMSException {
        return bytes(text.getBytes(StandardCharsets.UTF_8), shapes);
    }

    public Message object(Serializable object, Shape... shapes) throws JMSException {
        return send(jms.createObjectMessage(object), shapes);
    }

    public Message map(Map<String, Object> entries, Shape... shapes) throws JMSException {
        jakarta.jms.MapMessage message = jms.createMapMessage();
        for (Map.Entry<String, Object> entry : entries.entrySet()) {
            message.setObject(entry.getKey(), entry.getValue());
        }
        return send(message, shapes);
    }

    private Message send(Message message, Shape... shapes) throws JMSException {
        for (Shape shape : shapes) {
            shape.shape(message);
        }
        jms.createProducer().send(jms.createQueue(Queues.PROMPTS), message);
        return message;
    }

    /** A text to any queue. */
    public void to(String queue, String text) {
        jms.createProducer().send(jms.createQueue(queue), text);
    }

    public Destination queue(String name) {
        return jms.createQueue(name);
    }

    public Destination temporaryQueue() {
        return jms.createTemporaryQueue();
    }

    /** The next message of the queue of answers. */
    public Message answer() {
        return next(queue(Queues.ANSWERS));
    }

    /** The next prompt that was set aside. */
    public Message dead() {
        return next(queue(Queues.DEAD_PROMPTS));
    }

    /** The next message of a queue. */
    public Message next(Destination queue) {
        Message message = reader(queue).receive(LONGEST_WAIT.toMillis());
        if (message == null) {
            throw new AssertionError("nothing comes out of " + queue);
        }
        return message;
    }

    /** So many messages of a queue, in their order. */
    public List<Message> next(Destination queue, int count) {
        List<Message> messages = new ArrayList<>();
        while (messages.size() < count) {
            messages.add(next(queue));
        }
        return messages;
    }

    /** Takes a prompt from its queue so many times, and gives it back each time. */
    public void takeAndGiveBack(String id, int times) {
        try (JMSContext transacted = jms.createContext(JMSContext.SESSION_TRANSACTED);
                JMSConsumer reader = transacted.createConsumer(
                        transacted.createQueue(Queues.PROMPTS), "JMSMessageID = '" + id + "'")) {
            for (int i = 0; i < times; i++) {
                if (reader.receive(LONGEST_WAIT.toMillis()) == null) {
                    throw new AssertionError("there is no prompt");
                }
                transacted.rollback();
            }
        }
    }

    /** Whether there is nothing in a queue now. */
    public boolean empty(Destination queue) {
        return reader(queue).receiveNoWait() == null;
    }

    private JMSConsumer reader(Destination queue) {
        return readers.computeIfAbsent(queue, jms::createConsumer);
    }

    @Override
    public void close() {
        jms.close();
    }
}
