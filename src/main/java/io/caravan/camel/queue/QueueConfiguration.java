package io.caravan.camel.queue;

import io.caravan.broker.Broker;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import org.apache.camel.component.jms.ConsumerType;
import org.apache.camel.component.jms.JmsConfiguration;
import org.apache.camel.component.jms.JmsEndpoint;
import org.springframework.jms.listener.AbstractMessageListenerContainer;

/**
 * How queues are read and written unless a route says otherwise. A message is taken in a transaction of the broker, which
 * whatever its route sends on the same thread is part of; by default it would be gone before its route had begun.
 */
final class QueueConfiguration extends JmsConfiguration {

    /** A reader is woken by each message; without one it looks so often whether it is still needed. */
    private static final long LOOK_MILLIS = 10_000;

    private final Broker broker;

    QueueConfiguration(Broker broker) {
        super(broker.connections());
        this.broker = broker;
        setTransacted(true);
        setLazyCreateTransactionManager(false);
        setCacheLevelName("CACHE_CONSUMER");
        setReceiveTimeout(LOOK_MILLIS);
        // routes that read from queues begin when the broker is there, and nothing else waits for it
        setAsyncStartListener(true);
        setErrorHandler(new GivenBack());
    }

    @Override
    public AbstractMessageListenerContainer chooseMessageListenerContainerImplementation(
            JmsEndpoint endpoint, ConsumerType type) {
        return type == ConsumerType.Default
                ? new QueueReaders(endpoint)
                : super.chooseMessageListenerContainerImplementation(endpoint, type);
    }

    /** Who sends outside such a transaction borrows a connection; by default each message would make one. */
    @Override
    protected CamelJmsTemplate createCamelJmsTemplate(ConnectionFactory joined) {
        return new CamelJmsTemplate(this, joined) {
            @Override
            protected Connection createConnection() throws JMSException {
                return broker.sending().createConnection();
            }
        };
    }
}
