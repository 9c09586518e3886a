package io.caravan.camel.kafka;

import io.caravan.camel.CaravanExchange;
import io.caravan.camel.queue.QueueHeaders;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Drops from a record whatever steers Camel or Caravan, however it is spelt: only routes may set that. One wish is let
 * through, that the answer be sent chunk by chunk. Nothing of Camel's goes out.
 */
final class RecordHeaders implements HeaderFilterStrategy {

    private static final List<String> OF_CAMEL = List.of("camel", "org.apache.camel", "kafka.");
    private static final String OURS = "caravan";

    @Override
    public boolean applyFilterToExternalHeaders(String name, @Nullable Object value, Exchange exchange) {
        return steers(name);
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, @Nullable Object value, Exchange exchange) {
        return value == null || ofCamel(name) || name.equalsIgnoreCase(CaravanExchange.REPLY_TO);
    }

    /** Whether a header from outside would tell Camel or Caravan what to do. */
    static boolean steers(String name) {
        return ofCamel(name)
                || (name.toLowerCase(Locale.ROOT).startsWith(OURS) && !name.equalsIgnoreCase(QueueHeaders.STREAM));
    }

    private static boolean ofCamel(String name) {
        String meant = name.toLowerCase(Locale.ROOT);
        return OF_CAMEL.stream().anyMatch(meant::startsWith);
    }
}
