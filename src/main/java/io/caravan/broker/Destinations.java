package io.caravan.broker;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.jms.client.ActiveMQDestination;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;

/** What can be told of places where messages go. */
public final class Destinations {

    private Destinations() {}

    /** False if it is a temporary one that has gone with whoever made it; any other is made when it is needed. */
    public static boolean exists(Session session, Destination destination) throws JMSException {
        if (!(destination instanceof ActiveMQDestination there)
                || !there.isTemporary()
                || !(session instanceof ActiveMQSession asked)) {
            return true;
        }
        try {
            return asked.getCoreSession().addressQuery(there.getSimpleAddress()).isExists();
        } catch (ActiveMQException e) {
            throw (JMSException) new JMSException(e.getMessage()).initCause(e);
        }
    }
}
