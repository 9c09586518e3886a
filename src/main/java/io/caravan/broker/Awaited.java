package io.caravan.broker;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.util.concurrent.CompletionException;

/** Connections to a broker that may still be starting: who asks for one waits. */
final class Awaited implements ConnectionFactory {

    private final Runnable start;
    private final ConnectionFactory connections;

    /** @param start returns when the broker is there; throws if it does not start */
    Awaited(Runnable start, ConnectionFactory connections) {
        this.start = start;
        this.connections = connections;
    }

    @Override
    public Connection createConnection() throws JMSException {
        await();
        return connections.createConnection();
    }

    @Override
    public Connection createConnection(String user, String password) throws JMSException {
        await();
        return connections.createConnection(user, password);
    }

    private void await() throws JMSException {
        try {
            start.run();
        } catch (CompletionException e) {
            throw (JMSException) new JMSException("The broker did not start: " + e.getCause()).initCause(e);
        }
    }

    @Override
    public JMSContext createContext() {
        return connections.createContext();
    }

    @Override
    public JMSContext createContext(String user, String password) {
        return connections.createContext(user, password);
    }

    @Override
    public JMSContext createContext(String user, String password, int sessionMode) {
        return connections.createContext(user, password, sessionMode);
    }

    @Override
    public JMSContext createContext(int sessionMode) {
        return connections.createContext(sessionMode);
    }
}
