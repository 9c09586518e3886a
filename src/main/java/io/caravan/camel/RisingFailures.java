package io.caravan.camel;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.Route;
import org.apache.camel.spi.SynchronizationRouteAware;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * A failure that leaves a route is a new one to the route that called it: Camel marks a failure as dealt with once an error
 * handler has looked at it, and no other would act on it.
 */
final class RisingFailures extends SynchronizationAdapter implements SynchronizationRouteAware {

    private final String outermost;
    private boolean over;

    private RisingFailures(String outermost) {
        this.outermost = outermost;
    }

    /** From here on, until the exchange leaves the route it is in: out of that one, and out of those it calls. */
    static void of(Exchange exchange) {
        exchange.getExchangeExtension().addOnCompletion(new RisingFailures(ExchangeHelper.getAtRouteId(exchange)));
    }

    @Override
    public SynchronizationRouteAware getRouteSynchronization() {
        return this;
    }

    /** It stays with this exchange, as {@link AfterRoute} does. */
    @Override
    public boolean allowHandover() {
        return false;
    }

    @Override
    public void onBeforeRoute(Route route, Exchange exchange) {
        // Nothing: it is the end of the route that matters.
    }

    @Override
    public void onAfterRoute(Route route, Exchange exchange) {
        if (!over && exchange.getException() != null) {
            ExchangeExtension marks = exchange.getExchangeExtension();
            marks.setFailureHandled(false);
            marks.setErrorHandlerHandled(null);
            marks.setRedeliveryExhausted(false);
        }
        over |= route.getId().equals(outermost);
    }
}
