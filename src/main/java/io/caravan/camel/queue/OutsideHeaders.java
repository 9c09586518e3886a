package io.caravan.camel.queue;

import io.caravan.broker.Queues;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.DefaultJmsKeyFormatStrategy;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.component.jms.JmsHeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Drops from a message of a queue whatever steers Camel or Caravan, however it is spelt: only routes may set that. Let
 * through are one wish, that the answer be sent chunk by chunk, and what Caravan tells of the messages it sends, where
 * a route takes them out of the queues it sends them to.
 */
final class OutsideHeaders extends JmsHeaderFilterStrategy {

    private static final Set<String> WRITTEN_BY_CARAVAN = Set.of(Queues.ANSWERS, Queues.DEAD_PROMPTS);

    private final DefaultJmsKeyFormatStrategy names = new DefaultJmsKeyFormatStrategy();

    @Override
    public boolean applyFilterToExternalHeaders(String name, @Nullable Object value, Exchange exchange) {
        String meant = names.decodeKey(name);
        return QueueHeaders.steers(meant) && !(QueueHeaders.TOLD.contains(meant) && isWrittenByCaravan(exchange));
    }

    private static boolean isWrittenByCaravan(Exchange exchange) {
        return exchange.getFromEndpoint() instanceof JmsEndpoint queue
                && WRITTEN_BY_CARAVAN.contains(queue.getDestinationName());
    }
}
