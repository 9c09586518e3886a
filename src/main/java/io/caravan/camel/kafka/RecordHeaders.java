package io.caravan.camel.kafka;

import io.caravan.camel.CaravanExchange;
import io.caravan.camel.header.Steering;
import io.caravan.camel.queue.QueueHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Drops from a record whatever steers Camel or Caravan, however it is spelt: only routes may set that. One wish is let
 * through, that the answer be sent chunk by chunk. Nothing of Camel's goes out.
 */
final class RecordHeaders implements HeaderFilterStrategy {

    @Override
    public boolean applyFilterToExternalHeaders(String name, @Nullable Object value, Exchange exchange) {
        return QueueHeaders.steers(name);
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, @Nullable Object value, Exchange exchange) {
        return value == null || Steering.steersCamel(name) || name.equalsIgnoreCase(CaravanExchange.REPLY_TO);
    }
}
