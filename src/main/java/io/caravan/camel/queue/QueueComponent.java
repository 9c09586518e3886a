package io.caravan.camel.queue;

import io.caravan.broker.Broker;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.spi.annotations.Component;

/** The {@code jms} component on Caravan's broker: it loses nothing, and is closed to what messages could do to it. */
// The annotation is not inherited; without it no configurer is found.
@Component("jms")
public final class QueueComponent extends JmsComponent {

    /** Queues and topics of this broker. */
    public QueueComponent(Broker broker) {
        super(new QueueConfiguration(broker));
        setHeaderFilterStrategy(new OutsideHeaders());
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        JmsEndpoint endpoint = (JmsEndpoint) super.createEndpoint(uri, remaining, parameters);
        endpoint.setBinding(new QueueBinding(endpoint));
        return endpoint;
    }
}
