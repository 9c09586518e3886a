package io.caravan.broker;

import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** Makes the connections of Artemis' own client. */
final class Connections {

    private static final int CONNECT_MILLIS = 5_000;
    private static final long ANSWER_MILLIS = 10_000;
    private static final long LOOK_MILLIS = 5_000;
    private static final long LIFE_MILLIS = 15_000;

    private Connections() {}

    /**
     * Connections over which no message waits at a consumer that is busy, and no Java object is ever read. One that breaks
     * is not mended but replaced, by whoever has it: a transaction does not outlive its connection anyway.
     */
    static ActiveMQConnectionFactory to(String url) {
        ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(url);
        connections.setConsumerWindowSize(0);
        connections.setReconnectAttempts(0);
        connections.setInitialConnectAttempts(1);
        connections.setCallTimeout(ANSWER_MILLIS);
        connections.setClientFailureCheckPeriod(LOOK_MILLIS);
        connections.setConnectionTTL(LIFE_MILLIS);
        connections.setDeserializationDenyList("*");
        for (TransportConfiguration way : connections.getStaticConnectors()) {
            way.getParams().putIfAbsent(TransportConstants.NETTY_CONNECT_TIMEOUT, CONNECT_MILLIS);
        }
        return connections;
    }
}
