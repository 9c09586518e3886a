package io.caravan.camel.reload;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.component.direct.DirectConsumer;
import org.apache.camel.component.direct.DirectConsumerNotAvailableException;
import org.apache.camel.support.DefaultAsyncProducer;

/** Asks for the consumer with each message, so that a replaced route takes effect with the next one. */
final class ReplaceableDirectProducer extends DefaultAsyncProducer {

    private final ReplaceableDirectEndpoint endpoint;
    private final ReplaceableDirect component;
    private final String key;

    ReplaceableDirectProducer(ReplaceableDirectEndpoint endpoint, ReplaceableDirect component, String key) {
        super(endpoint);
        this.endpoint = endpoint;
        this.component = component;
        this.key = key;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        DirectConsumer consumer = component.consumer(key);
        if (consumer != null && !endpoint.isSynchronous()) {
            if (exchange.getProperty(ExchangePropertyKey.OTEL_ACTIVE_SPAN) != null) {
                // as Camel's own does: the scope of this call's span ends on the thread that began it
                exchange.setProperty(ExchangePropertyKey.OTEL_CLOSE_CLIENT_SCOPE, true);
            }
            return consumer.getAsyncProcessor().process(exchange, callback);
        }
        try {
            if (consumer != null) {
                consumer.getProcessor().process(exchange);
            } else if (endpoint.isFailIfNoConsumers()) {
                exchange.setException(new DirectConsumerNotAvailableException(
                        "No route reads from " + key.replace("://", ":"), exchange));
            }
        } catch (Exception e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }
}
