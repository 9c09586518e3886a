package io.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.broker.Queues;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import java.time.Duration;

/** Puts a prompt into its queue and prints the answer while it comes. */
final class QueueShow {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private QueueShow() {}

    /** Returns when the answer is whole. */
    static void ask(ConnectionFactory broker, String prompt) throws FailedCommand {
        try (JMSContext jms = broker.createContext()) {
            Destination answers = jms.createTemporaryQueue();
            Message message = jms.createTextMessage(prompt);
            message.setJMSReplyTo(answers);
            message.setBooleanProperty("CaravanStream", true);
            jms.createProducer().send(jms.createQueue(Queues.PROMPTS), message);
            Terminal.say("> " + prompt + "   (JMSReplyTo: a temporary queue; CaravanStream: true)");
            var replies = jms.createConsumer(answers);
            for (Message reply; (reply = replies.receive(LONGEST_WAIT.toMillis())) != null; ) {
                if (!reply.propertyExists("CaravanIndex")) {
                    Terminal.say("");
                    Terminal.say("< the whole answer, in the transaction that took the prompt: "
                            + reply.getBody(String.class).length() + " characters");
                    return;
                }
                Terminal.sayOn(chunk(reply));
            }
            throw new FailedCommand("the queue door has not answered");
        } catch (JMSException | JMSRuntimeException | JsonProcessingException e) {
            throw new FailedCommand("the queue door cannot be shown: " + e.getMessage());
        }
    }

    private static String chunk(Message reply) throws JMSException, JsonProcessingException {
        return JSON.readTree(reply.getBody(String.class))
                .path("chunk")
                .path("data")
                .asText();
    }
}
