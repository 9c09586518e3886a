package io.caravan.camel;

import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.SynchronizationRouteAware;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.SynchronizationAdapter;

/** Runs an action when the exchange leaves the route it is in, however it leaves it. */
final class AfterRoute extends SynchronizationAdapter implements SynchronizationRouteAware {

    private final String routeId;
    private final Runnable action;

    private AfterRoute(String routeId, Runnable action) {
        this.routeId = routeId;
        this.action = action;
    }

    /** @param action must bear being run twice */
    static void run(Exchange exchange, Runnable action) {
        exchange.getExchangeExtension().addOnCompletion(new AfterRoute(ExchangeHelper.getAtRouteId(exchange), action));
    }

    @Override
    public SynchronizationRouteAware getRouteSynchronization() {
        return this;
    }

    /** It stays with this exchange: seda would take it along with a chunk, and run it behind that. */
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
        if (route.getId().equals(routeId)) {
            action.run();
        }
    }

    @Override
    public void onDone(Exchange exchange) {
        action.run();
    }
}
