package io.caravan.camel.header;

import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * Drops from what comes over HTTP whatever steers Camel or Caravan: headers, fields of the query and of forms, and the
 * headers of an answer. By default Camel would drop only its own.
 */
public final class HttpFilter extends HttpHeaderFilterStrategy {

    @Override
    public boolean applyFilterToExternalHeaders(String name, @Nullable Object value, Exchange exchange) {
        return Steering.steers(name) || super.applyFilterToExternalHeaders(name, value, exchange);
    }
}
