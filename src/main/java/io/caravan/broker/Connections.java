package io.caravan.broker;

import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** Makes the connections of Artemis' own client. */
final class Connections {

    private Connections() {}

    /** Connections over which no message waits at a consumer that is busy, and no Java object is ever read. */
    static ActiveMQConnectionFactory to(String url) {
        ActiveMQConnectionFactory connections = new ActiveMQConnectionFactory(url);
        connections.setConsumerWindowSize(0);
        connections.setDeserializationDenyList("*");
        return connections;
    }
}
