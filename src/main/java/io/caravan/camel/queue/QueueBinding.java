package io.caravan.camel.queue;

import io.caravan.failure.RejectedException;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsBinding;
import org.apache.camel.component.jms.JmsEndpoint;

/** Reads messages of queues, but never a Java object: to make one again is to run what its sender likes. */
final class QueueBinding extends JmsBinding {

    QueueBinding(JmsEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public Object extractBodyFromJms(Exchange exchange, Message message) {
        if (message instanceof ObjectMessage) {
            throw RejectedException.invalid("a Java object (ObjectMessage) is not read");
        }
        return super.extractBodyFromJms(exchange, message);
    }
}
