package io.caravan.camel.queue;

import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.component.jms.JmsConsumer;
import org.apache.camel.support.service.ServiceHelper;

/** The routes that read from queues and topics. */
public final class QueueDoors {

    private static final String TOPICS = "kafka:"; // by name, or Kafka would be loaded to ask

    private final CamelContext context;

    public QueueDoors(CamelContext context) {
        this.context = context;
    }

    /** Takes no more messages; what was taken goes on to its end. */
    public void close() {
        for (Route route : context.getRoutes()) {
            Consumer consumer = route.getConsumer();
            if (consumer instanceof JmsConsumer
                    || consumer.getEndpoint().getEndpointUri().startsWith(TOPICS)) {
                ServiceHelper.suspendService(consumer);
            }
        }
    }
}
