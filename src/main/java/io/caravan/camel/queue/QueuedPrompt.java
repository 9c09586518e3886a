package io.caravan.camel.queue;

import io.caravan.broker.Delivery;
import io.caravan.broker.Destinations;
import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.failure.CaravanException;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsMessage;

/**
 * A prompt that was taken from a queue, and what has come of it so far. Belongs to the thread that has it, but for what is
 * said: tools may speak from others.
 */
final class QueuedPrompt {

    private static final String KEPT = "caravan.queued-prompt";

    private final JmsMessage message;
    private final String correlation;
    private final Delivery delivery;
    private final Optional<Destination> replyTo;
    private Optional<ChatRequest> question = Optional.empty();
    private Optional<ChatCall> call = Optional.empty();
    private boolean reachable = true;
    private Optional<CaravanException> failure = Optional.empty();
    private final StringBuilder said = new StringBuilder();
    private int events;

    /**
     * @param message as it came
     * @param correlation goes back with the answer
     * @param replyTo where that goes; absent: to the queue of answers
     */
    QueuedPrompt(JmsMessage message, String correlation, Delivery delivery, Optional<Destination> replyTo) {
        this.message = message;
        this.correlation = correlation;
        this.delivery = delivery;
        this.replyTo = replyTo;
    }

    /** The prompt that the exchange is about. */
    static QueuedPrompt of(Exchange exchange) {
        return exchange.getProperty(KEPT, QueuedPrompt.class);
    }

    void keptWith(Exchange exchange) {
        exchange.setProperty(KEPT, this);
    }

    JmsMessage message() {
        return message;
    }

    String correlation() {
        return correlation;
    }

    Delivery delivery() {
        return delivery;
    }

    Optional<Destination> replyTo() {
        return replyTo;
    }

    /** The prompt as it was read. */
    ChatRequest question() {
        return question.orElseThrow();
    }

    void asks(ChatRequest read) {
        question = Optional.of(read);
        delivery.limit(read.timeout());
    }

    /** It is asked, perhaps again: what was said is void. */
    synchronized ChatCall asked(ChatCall now) {
        said.setLength(0);
        events = 0;
        call = Optional.of(now);
        return now;
    }

    /** Whether it was its call that failed, which has said so in the log. */
    boolean failureIsWrittenDown() {
        return call.flatMap(ChatCall::failure).isPresent();
    }

    /** Whether there still is a queue for its answer. */
    boolean reachable() {
        return reachable;
    }

    /** To send to a temporary queue that has gone would make one of its name, which nobody would ever read. */
    void checkReachable() throws JMSException {
        if (replyTo.isPresent() && !Destinations.exists(message.getJmsSession(), replyTo.get())) {
            throw new InvalidDestinationException("The temporary queue has gone");
        }
    }

    void unreachable() {
        reachable = false;
    }

    /** What it has failed with. */
    CaravanException failure() {
        return failure.orElseThrow();
    }

    void failed(CaravanException why) {
        failure = Optional.of(why);
    }

    /** The text that was sent chunk by chunk. */
    synchronized String said() {
        return said.toString();
    }

    synchronized void says(String text) {
        said.append(text);
    }

    /** The place of the next event, from 0. */
    synchronized int nextIndex() {
        return events++;
    }
}
