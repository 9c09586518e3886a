package io.caravan.camel.queue;

import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsBinding;
import org.apache.camel.component.jms.JmsEndpoint;
import org.jspecify.annotations.Nullable;

/** Reads messages of queues, but never a Java object: to make one again is to run what its sender likes. */
final class QueueBinding extends JmsBinding {

    QueueBinding(JmsEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public @Nullable Object extractBodyFromJms(Exchange exchange, Message message) {
        if (message instanceof ObjectMessage) {
            return null;
        }
        return super.extractBodyFromJms(exchange, message);
    }
}
