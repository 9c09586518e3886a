package io.caravan.camel.queue;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A reader of a queue that is known as long as it is open, so that another thread can close it while it waits. */
final class QueueReader implements MessageConsumer {

    private final MessageConsumer reader;
    private final Set<QueueReader> open;

    /** @param open has it until it is closed */
    QueueReader(MessageConsumer reader, Set<QueueReader> open) {
        this.reader = reader;
        this.open = open;
        open.add(this);
    }

    @Override
    public @Nullable Message receive() throws JMSException {
        return reader.receive();
    }

    @Override
    public @Nullable Message receive(long timeout) throws JMSException {
        return reader.receive(timeout);
    }

    @Override
    public @Nullable Message receiveNoWait() throws JMSException {
        return reader.receiveNoWait();
    }

    @Override
    public String getMessageSelector() throws JMSException {
        return reader.getMessageSelector();
    }

    @Override
    public MessageListener getMessageListener() throws JMSException {
        return reader.getMessageListener();
    }

    @Override
    public void setMessageListener(MessageListener listener) throws JMSException {
        reader.setMessageListener(listener);
    }

    @Override
    public void close() throws JMSException {
        open.remove(this);
        reader.close();
    }
}
