package io.caravan.camel.queue;

import io.caravan.camel.CaravanExchange;
import io.caravan.failure.RejectedException;
import jakarta.jms.Destination;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.jms.JmsConstants;
import org.apache.camel.support.DefaultMessage;

/** The steps of the route that answers prompts from a queue; each is named in the YAML. */
public final class QueueSteps {

    /** In: whether each chunk is to be sent at once. The only one of our headers that is taken from outside. */
    static final String STREAM = "CaravanStream";

    private static final String PROMPT = "caravan.queued-prompt";
    private static final List<String> OUTCOME = List.of(
            CaravanExchange.REQUEST_ID,
            CaravanExchange.PROVIDER,
            CaravanExchange.MODEL,
            CaravanExchange.FINISH_REASON,
            CaravanExchange.PROMPT_TOKENS,
            CaravanExchange.COMPLETION_TOKENS,
            CaravanExchange.ATTEMPTS);

    /** Takes note of what the message asks, and of who waits for the answer. */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        String correlation = message.getHeader(JmsConstants.JMS_HEADER_CORRELATION_ID, "", String.class);
        QueuedPrompt prompt = new QueuedPrompt(
                text(message),
                Optional.ofNullable(message.getHeader(Exchange.CONTENT_TYPE, String.class)),
                correlation.isEmpty()
                        ? message.getHeader(JmsConstants.JMS_HEADER_MESSAGE_ID, String.class)
                        : correlation,
                Optional.ofNullable(message.getHeader(JmsConstants.JMS_HEADER_REPLY_TO, Destination.class)));
        exchange.setProperty(PROMPT, prompt);
    }

    private static String text(Message message) {
        String text = message.getBody(String.class);
        if (text == null) {
            throw RejectedException.invalid("the prompt is empty");
        }
        return text;
    }

    /** Makes the message the question, as it came. */
    public void ask(Exchange exchange) {
        QueuedPrompt prompt = prompt(exchange);
        Message question = new DefaultMessage(exchange);
        question.setBody(prompt.text());
        prompt.contentType().ifPresent(type -> question.setHeader(Exchange.CONTENT_TYPE, type));
        exchange.setMessage(question);
    }

    /** Makes the message the answer, for whoever waits for it. */
    public void answer(Exchange exchange) {
        QueuedPrompt prompt = prompt(exchange);
        Message answered = exchange.getMessage();
        Message answer = new DefaultMessage(exchange);
        answer.setBody(answered.getBody());
        OUTCOME.forEach(header -> answer.setHeader(header, answered.getHeader(header)));
        answer.setHeader(JmsConstants.JMS_HEADER_CORRELATION_ID, prompt.correlation());
        prompt.replyTo().ifPresent(queue -> answer.setHeader(JmsConstants.JMS_DESTINATION, queue));
        exchange.setMessage(answer);
    }

    private static QueuedPrompt prompt(Exchange exchange) {
        return exchange.getProperty(PROMPT, QueuedPrompt.class);
    }
}
