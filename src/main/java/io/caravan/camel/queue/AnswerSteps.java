package io.caravan.camel.queue;

import io.caravan.broker.Endurance;
import io.caravan.chat.ChatEvent;
import io.caravan.chat.Event;
import io.caravan.chat.EventJson;
import io.caravan.failure.CaravanException;
import io.caravan.operate.QueueMetrics;
import jakarta.jms.JMSException;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultMessage;

/** The steps that answer a prompt from a queue, well or ill; each is named in the YAML. */
public final class AnswerSteps {

    private static final String JSON_TYPE = "application/json";

    private final Endurance endurance;
    private final QueueMetrics metrics;

    public AnswerSteps(Endurance endurance, QueueMetrics metrics) {
        this.endurance = endurance;
        this.metrics = metrics;
    }

    /** Makes the message the answer, for whoever waits for it. */
    public void answer(Exchange exchange) throws JMSException {
        QueuedPrompt prompt = QueuedPrompt.of(exchange);
        prompt.origin().checkReachable();
        boolean streamed = exchange.getVariable("stream", Boolean.class);
        Message answered = exchange.getMessage();
        Message answer = new DefaultMessage(exchange);
        exchange.setMessage(prompt.origin().address(answer));
        answer.setBody(streamed ? prompt.said() : answered.getBody());
        QueueHeaders.OUTCOME.forEach(header -> answer.setHeader(header, answered.getHeader(header)));
        if (streamed) {
            answer.setHeader(QueueHeaders.ATTEMPT, prompt.delivery().number());
        }
        endurance.answered();
        metrics.done();
    }

    /**
     * Makes the message one event of the answer, for whoever waits for it; no body where that is none of theirs. What else
     * its headers say is still needed behind.
     */
    public void chunk(Exchange exchange) {
        QueuedPrompt prompt = QueuedPrompt.of(exchange);
        Message chunk = exchange.getMessage();
        Event event = Event.read(chunk.getBody(String.class));
        boolean last = event.status().equals("complete");
        if (event.status().equals("chunk")) {
            if (event.chunk() instanceof ChatEvent.Text text) {
                prompt.says(text.data());
            }
        } else if (!last) {
            chunk.setBody(null);
            return;
        }
        prompt.origin().address(chunk);
        chunk.setHeader(QueueHeaders.ATTEMPT, prompt.delivery().number());
        chunk.setHeader(QueueHeaders.INDEX, prompt.nextIndex());
        chunk.setHeader(QueueHeaders.LAST, last);
        chunk.setHeader(Exchange.CONTENT_TYPE, JSON_TYPE);
    }

    /** Makes the message the event that says that the prompt has failed; no body where nobody can be told. */
    public void fail(Exchange exchange) {
        QueuedPrompt prompt = QueuedPrompt.of(exchange);
        CaravanException why = prompt.failure();
        Message failed = new DefaultMessage(exchange);
        exchange.setMessage(prompt.origin().address(failed));
        if (prompt.reachable()) {
            failed.setBody(new EventJson(Optional.of(prompt.correlation())).failed(why));
        }
        failed.setHeader(QueueHeaders.ERROR, why.code().wireName());
        failed.setHeader(QueueHeaders.ATTEMPT, prompt.delivery().number());
        failed.setHeader(Exchange.CONTENT_TYPE, JSON_TYPE);
    }

    /** Makes the message the prompt as it came. */
    public void original(Exchange exchange) throws JMSException {
        exchange.setMessage(QueuedPrompt.of(exchange).origin().original());
    }

    /** Makes the message the prompt as it came, with the cause of its failure. */
    public void setAside(Exchange exchange) throws JMSException {
        QueuedPrompt prompt = QueuedPrompt.of(exchange);
        CaravanException why = prompt.failure();
        exchange.setMessage(prompt.origin()
                .original(Map.of(
                        QueueHeaders.ERROR, why.code().wireName(),
                        QueueHeaders.ERROR_MESSAGE, String.valueOf(why.getMessage()),
                        QueueHeaders.DELIVERIES, prompt.delivery().number())));
        metrics.setAside(why.code());
    }
}
