package io.caravan.broker;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;
import org.jspecify.annotations.Nullable;

/** A broker in a process of its own, perhaps on another machine. A connection to it says whether it is there. */
final class Outside implements Place {

    private final String url;
    private final Optional<String> user;
    private final Map<String, OptionalLong> depths = new ConcurrentHashMap<>();
    private final Supplier<Optional<String>> password;
    private @Nullable Connection connection;
    private @Nullable ClientSession session;
    private volatile boolean broken;

    /** @param password is asked for it with each connection: a vault may have to be opened first, and it may change */
    Outside(String url, Optional<String> user, Supplier<Optional<String>> password) {
        this.url = url;
        this.user = user;
        this.password = password;
    }

    @Override
    public String name() {
        return "broker " + Broker.shown(url);
    }

    /** One for each connection: it makes one at a time, and for a broker that is just dying that takes long. */
    @Override
    public ConnectionFactory connections() {
        ActiveMQConnectionFactory made = Connections.to(url);
        user.ifPresent(made::setUser);
        password.get().ifPresent(made::setPassword);
        return made;
    }

    @Override
    public void open() throws JMSException {
        broken = false;
        Connection made = connections().createConnection();
        connection = made;
        made.setExceptionListener(gone -> broken = true);
        session = ((ActiveMQSession) made.createSession()).getCoreSession();
    }

    /** Asks it something, for a connection alone may not notice that nobody is there any more. */
    @Override
    public boolean isThere() {
        if (!broken) {
            List.copyOf(depths.keySet()).forEach(queue -> depths.put(queue, ask(queue)));
        }
        return !broken;
    }

    private OptionalLong ask(String queue) {
        try {
            ClientSession asked = session;
            if (asked == null || asked.isClosed()) {
                broken = true;
                return OptionalLong.empty();
            }
            ClientSession.QueueQuery answer = asked.queueQuery(SimpleString.of(queue));
            return answer.isExists() ? OptionalLong.of(answer.getMessageCount()) : OptionalLong.empty();
        } catch (ActiveMQException e) {
            broken |= session == null || session.isClosed();
            return OptionalLong.empty();
        }
    }

    @Override
    public Optional<String> trouble() {
        return Optional.empty();
    }

    @Override
    public OptionalLong depth(String queue) {
        return depths.computeIfAbsent(queue, asked -> OptionalLong.empty());
    }

    @Override
    public void close() throws JMSException {
        Connection open = connection;
        connection = null;
        session = null;
        if (open != null) {
            open.close();
        }
    }
}
