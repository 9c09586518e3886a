package io.caravan.camel.queue;

import io.caravan.broker.Delivery;
import io.caravan.broker.Endurance;
import io.caravan.broker.Fate;
import io.caravan.broker.Queues;
import io.caravan.camel.AtEnd;
import io.caravan.camel.Isolation;
import io.caravan.camel.reload.RouteIds;
import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.failure.CaravanException;
import io.caravan.failure.Failures;
import io.caravan.failure.InternalException;
import io.caravan.failure.RejectedException;
import io.caravan.limit.Turns;
import io.caravan.operate.Journal;
import io.caravan.operate.QueueMetrics;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.jms.JmsMessage;
import org.apache.camel.support.DefaultMessage;
import org.apache.camel.util.ObjectHelper;

/** The steps that take a prompt from its queue and decide what becomes of it; each is named in the YAML. */
public final class PromptSteps {

    private static final String DELIVERY_COUNT = "JMSXDeliveryCount";
    private static final int LONGEST_ID = 128;
    private static final Duration LEAST_TIME = Duration.ofMillis(1);
    private static final Set<String> OF_PROMPTS = Set.of(Queues.PROMPTS, Queues.DEAD_PROMPTS);

    private final Endurance endurance;
    private final Isolation isolation;
    private final Journal journal;
    private final QueueMetrics metrics;
    private final Turns turns;

    /** @param atOnce prompts of the queue that are asked at the same time; others may be taken or answered meanwhile */
    public PromptSteps(Endurance endurance, Isolation isolation, Journal journal, QueueMetrics metrics, int atOnce) {
        this.endurance = endurance;
        this.isolation = isolation;
        this.journal = journal;
        this.metrics = metrics;
        this.turns = new Turns(atOnce);
    }

    /** Takes note of what the message asks, and of who waits for the answer. */
    public void read(Exchange exchange) throws JMSException {
        JmsMessage message = exchange.getMessage(JmsMessage.class);
        jakarta.jms.Message came = message.getJmsMessage();
        String correlation = Optional.ofNullable(came.getJMSCorrelationID()).orElse("");
        String id = correlation.isEmpty() ? came.getJMSMessageID() : correlation;
        Optional<Destination> replyTo =
                Optional.ofNullable(came.getJMSReplyTo()).filter(queue -> !leadsBack(queue));
        QueuedPrompt prompt =
                take(exchange, new JmsOrigin(message, id, replyTo), id, came.getIntProperty(DELIVERY_COUNT));
        prompt.awaits(turns);
        if (came.getJMSReplyTo() != null && replyTo.isEmpty()) {
            throw RejectedException.invalid("JMSReplyTo is a queue of prompts: the answer would be asked again");
        }
        prompt.asks(PromptReader.read(came, message.getHeaders()));
        exchange.setVariable("stream", Boolean.parseBoolean(message.getHeader(QueueHeaders.STREAM, "", String.class)));
    }

    /**
     * Takes note of a prompt that was taken.
     *
     * @param correlation by which whoever waits knows its answer
     * @param number how often it was delivered, this time included
     */
    public QueuedPrompt take(Exchange exchange, Origin origin, String correlation, int number) {
        QueuedPrompt prompt = new QueuedPrompt(origin, correlation, endurance.delivered(number));
        prompt.keptWith(exchange);
        metrics.taken(number > 1);
        AtEnd.run(exchange, metrics::left);
        return prompt;
    }

    /** Has a prompt wait for others that have been delivered as often: one of them may be what ends the program. */
    public void isolate(Exchange exchange) throws JMSException {
        String id = exchange.getMessage(JmsMessage.class).getJmsMessage().getJMSMessageID();
        isolation.isolate(exchange, id, QueuedPrompt.of(exchange).delivery().number());
    }

    private static boolean leadsBack(Destination replyTo) {
        try {
            return replyTo instanceof Queue queue && OF_PROMPTS.contains(queue.getQueueName());
        } catch (JMSException e) {
            return false;
        }
    }

    /** Makes the message the question, as it came, with what is left of its time. */
    public void ask(Exchange exchange) {
        QueuedPrompt prompt = QueuedPrompt.of(exchange);
        Runnable over = prompt.turn();
        Delivery delivery = prompt.delivery();
        ChatRequest question = delivery.timeLeft()
                .map(left -> left.compareTo(LEAST_TIME) < 0 ? LEAST_TIME : left)
                .map(prompt.question()::within)
                .orElse(prompt.question());
        String id = prompt.correlation();
        ChatCall call = new ChatCall(
                id.length() > LONGEST_ID ? id.substring(0, LONGEST_ID) : id,
                question,
                exchange.getVariable("stream", Boolean.class));
        call.atEnd(over);
        Message asked = new DefaultMessage(exchange);
        asked.setBody(prompt.asked(call));
        exchange.setMessage(asked);
    }

    /**
     * Whether the prompt is to be asked again now, after a failure; waits before. The variable {@code fate} says what becomes
     * of it otherwise.
     */
    public boolean mayBeAskedAgain(Exchange exchange) {
        QueuedPrompt prompt = QueuedPrompt.of(exchange);
        Exception thrown = exchange.getException();
        CaravanException why = Failures.of(thrown);
        if (ObjectHelper.getException(InvalidDestinationException.class, thrown) != null) {
            prompt.unreachable();
            why = RejectedException.invalid("the queue for its answer (JMSReplyTo) is not there any more");
        }
        if (why instanceof InternalException surprise && !prompt.failureIsWrittenDown()) {
            journal.surprised(RouteIds.shown(String.valueOf(exchange.getFromRouteId())), surprise);
        }
        prompt.failed(why);
        Fate fate = endurance.judge(prompt.delivery(), why);
        exchange.setVariable("fate", fate.name());
        return fate == Fate.AGAIN;
    }
}
