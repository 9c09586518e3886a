package io.caravan.camel;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.Route;

/**
 * A failure that leaves a route is a new one to the route that called it: Camel marks a failure as dealt with once an error
 * handler has looked at it, and no other would act on it.
 */
final class RisingFailures extends RouteEnds {

    private RisingFailures(Exchange exchange) {
        super(exchange);
    }

    /** From here on, until the exchange leaves the route it is in: out of that one, and out of those it calls. */
    static void of(Exchange exchange) {
        new RisingFailures(exchange).listen(exchange);
    }

    @Override
    public void onAfterRoute(Route route, Exchange exchange) {
        if (exchange.getException() != null) {
            ExchangeExtension marks = exchange.getExchangeExtension();
            marks.setFailureHandled(false);
            marks.setErrorHandlerHandled(null);
            marks.setRedeliveryExhausted(false);
        }
        if (beganIn(route)) {
            forget(exchange);
        }
    }
}
