package io.caravan.camel.queue;

import io.caravan.broker.Destinations;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Message;
import org.apache.camel.component.jms.JmsConstants;
import org.apache.camel.component.jms.JmsMessage;

/**
 * A message of a queue, and the way back.
 *
 * @param correlation goes back with the answer
 * @param replyTo where that goes; absent: to the queue of answers
 */
record JmsOrigin(JmsMessage message, String correlation, Optional<Destination> replyTo) implements Origin {

    /** What the broker says of a message, and the sign by which it would take this one for a duplicate. */
    private static final Pattern OF_THE_BROKER = Pattern.compile("JMSX|_+AMQ_");

    @Override
    public Message address(Message reply) {
        reply.setHeader(JmsConstants.JMS_HEADER_CORRELATION_ID, correlation);
        replyTo.ifPresent(queue -> reply.setHeader(JmsConstants.JMS_DESTINATION, queue));
        return reply;
    }

    /** To send to a temporary queue that has gone would make one of its name, which nobody would ever read. */
    @Override
    public void checkReachable() throws JMSException {
        if (replyTo.isPresent() && !Destinations.exists(message.getJmsSession(), replyTo.get())) {
            throw new InvalidDestinationException("The temporary queue has gone");
        }
    }

    @Override
    public Message original() throws JMSException {
        jakarta.jms.Message came = message.getJmsMessage();
        makeWritable(came);
        came.setJMSCorrelationID(correlation);
        return message;
    }

    @Override
    public Message original(Map<String, Object> remarks) throws JMSException {
        Message original = original();
        jakarta.jms.Message came = message.getJmsMessage();
        for (Map.Entry<String, Object> remark : remarks.entrySet()) {
            came.setObjectProperty(remark.getKey(), remark.getValue());
        }
        came.setStringProperty(QueueHeaders.MESSAGE_ID, came.getJMSMessageID());
        return original;
    }

    /** A message that came may not be changed before its properties were cleared; its body stays. */
    private static void makeWritable(jakarta.jms.Message message) throws JMSException {
        Map<String, Object> properties = new HashMap<>();
        for (Enumeration<?> names = message.getPropertyNames(); names.hasMoreElements(); ) {
            String name = String.valueOf(names.nextElement());
            properties.put(name, message.getObjectProperty(name));
        }
        message.clearProperties();
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            if (property.getKey().startsWith("JMSXGroup")
                    || !OF_THE_BROKER.matcher(property.getKey()).lookingAt()) {
                message.setObjectProperty(property.getKey(), property.getValue());
            }
        }
    }
}
