package io.caravan.broker;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.util.function.Supplier;

/** Connections to a broker that may be starting: who asks for one waits. */
final class Awaited implements ConnectionFactory {

    private final Supplier<ConnectionFactory> broker;

    /** @param broker returns when the broker is there; throws if it is not to be had */
    Awaited(Supplier<ConnectionFactory> broker) {
        this.broker = broker;
    }

    @Override
    public Connection createConnection() throws JMSException {
        return there().createConnection();
    }

    @Override
    public Connection createConnection(String user, String password) throws JMSException {
        return there().createConnection(user, password);
    }

    private ConnectionFactory there() throws JMSException {
        try {
            return broker.get();
        } catch (IllegalStateException e) {
            throw (JMSException) new JMSException(e.getMessage()).initCause(e);
        }
    }

    private ConnectionFactory thereForContext() {
        try {
            return broker.get();
        } catch (IllegalStateException e) {
            throw new JMSRuntimeException(e.getMessage(), null, e);
        }
    }

    @Override
    public JMSContext createContext() {
        return thereForContext().createContext();
    }

    @Override
    public JMSContext createContext(String user, String password) {
        return thereForContext().createContext(user, password);
    }

    @Override
    public JMSContext createContext(String user, String password, int sessionMode) {
        return thereForContext().createContext(user, password, sessionMode);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return thereForContext().createContext(sessionMode);
    }
}
