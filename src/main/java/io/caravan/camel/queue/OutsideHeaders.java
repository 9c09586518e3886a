package io.caravan.camel.queue;

import io.caravan.camel.header.Steering;
import org.apache.camel.Exchange;
import org.apache.camel.component.jms.DefaultJmsKeyFormatStrategy;
import org.apache.camel.component.jms.JmsHeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Drops from a message of a queue whatever steers Camel or Caravan, however it is spelt: only routes may set that. One
 * wish is let through, that the answer be sent chunk by chunk.
 */
final class OutsideHeaders extends JmsHeaderFilterStrategy {

    private final DefaultJmsKeyFormatStrategy names = new DefaultJmsKeyFormatStrategy();

    @Override
    public boolean applyFilterToExternalHeaders(String name, @Nullable Object value, Exchange exchange) {
        String meant = names.decodeKey(name);
        return Steering.steers(meant) && !meant.equalsIgnoreCase(QueueHeaders.STREAM);
    }
}
