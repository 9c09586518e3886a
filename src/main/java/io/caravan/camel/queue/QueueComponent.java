package io.caravan.camel.queue;

import jakarta.jms.ConnectionFactory;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.jms.JmsConfiguration;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.spi.annotations.Component;

/** The {@code jms} component, on Caravan's broker, closed to what its messages could do to it. */
// The annotation is not inherited; without it no configurer is found.
@Component("jms")
public final class QueueComponent extends JmsComponent {

    /** @param connections for who receives, and for who sends in the same transaction */
    public QueueComponent(ConnectionFactory connections) {
        super(configuration(connections));
        setHeaderFilterStrategy(new OutsideHeaders());
    }

    private static JmsConfiguration configuration(ConnectionFactory connections) {
        JmsConfiguration configuration = new JmsConfiguration(connections);
        // routes that read from queues begin when the broker is there, and nothing else waits for it
        configuration.setAsyncStartListener(true);
        return configuration;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        JmsEndpoint endpoint = (JmsEndpoint) super.createEndpoint(uri, remaining, parameters);
        endpoint.setBinding(new QueueBinding(endpoint));
        return endpoint;
    }
}
