package io.caravan.camel;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.SynchronizationRouteAware;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.SynchronizationAdapter;

/** What hears of each route that an exchange leaves, from the one it is in outwards. */
abstract class RouteEnds extends SynchronizationAdapter implements SynchronizationRouteAware {

    private final String routeId;

    RouteEnds(Exchange exchange) {
        this.routeId = ExchangeHelper.getAtRouteId(exchange);
    }

    /** Begins to hear. */
    final void listen(Exchange exchange) {
        exchange.getExchangeExtension().addOnCompletion(this);
    }

    /** Whether this is the route that the exchange was in. */
    final boolean beganIn(Route route) {
        return route.getId().equals(routeId);
    }

    /** Hears no more: the exchange may go on for long, and through the same route again. */
    final void forget(Exchange exchange) {
        exchange.getUnitOfWork().removeSynchronization(this);
    }

    @Override
    public final SynchronizationRouteAware getRouteSynchronization() {
        return this;
    }

    /** It stays with this exchange: seda would take it along with a chunk, and run it behind that. */
    @Override
    public final boolean allowHandover() {
        return false;
    }

    @Override
    public final void onBeforeRoute(Route route, Exchange exchange) {
        // Nothing: it is the end of the route that matters.
    }
}
