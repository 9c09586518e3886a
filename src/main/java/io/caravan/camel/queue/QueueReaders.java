package io.caravan.camel.queue;

import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.component.jms.DefaultJmsMessageListenerContainer;
import org.apache.camel.component.jms.JmsEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.support.JmsUtils;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.FixedBackOff;

/**
 * The readers of one queue. While the broker is away they look for it every second; that it is away is said elsewhere, and
 * once.
 */
final class QueueReaders extends DefaultJmsMessageListenerContainer {

    private static final Logger LOG = LoggerFactory.getLogger(QueueReaders.class);
    private static final FixedBackOff EVERY_SECOND = new FixedBackOff(1_000, FixedBackOff.UNLIMITED_ATTEMPTS);

    private final Set<QueueReader> open = ConcurrentHashMap.newKeySet();
    private volatile String told = "";

    QueueReaders(JmsEndpoint endpoint) {
        super(endpoint);
        setBackOff(EVERY_SECOND);
    }

    @Override
    protected MessageConsumer createListenerConsumer(Session session) throws JMSException {
        return new QueueReader(super.createListenerConsumer(session), open);
    }

    /** Wakes who waits for a message; what was received meanwhile goes on to its end. */
    @Override
    protected void doShutdown() throws JMSException {
        open.forEach(JmsUtils::closeMessageConsumer);
        super.doShutdown();
    }

    @Override
    protected void handleListenerSetupFailure(Throwable thrown, boolean alreadyRecovered) {
        String why = Optional.ofNullable(thrown.getMessage()).orElse(thrown.toString());
        if (isRunning() && !(thrown instanceof SharedConnectionNotInitializedException) && !why.equals(told)) {
            told = why;
            LOG.info("{} is not read until that is over: {}", getDestinationName(), why);
        }
    }

    @Override
    protected void refreshConnectionUntilSuccessful() {
        if (!sharedConnectionEnabled()) {
            super.refreshConnectionUntilSuccessful();
            return;
        }
        BackOffExecution pauses = EVERY_SECOND.start();
        while (isRunning()) {
            try {
                refreshSharedConnection();
                told = "";
                return;
            } catch (Exception e) {
                LOG.debug("{} cannot be read yet", getDestinationName(), e);
            }
            if (!applyBackOffTime(pauses)) {
                return; // it is interrupted: the program ends
            }
        }
    }
}
