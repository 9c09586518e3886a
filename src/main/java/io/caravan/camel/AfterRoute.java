package io.caravan.camel;

import org.apache.camel.Exchange;
import org.apache.camel.Route;

/** Runs an action when the exchange leaves the route it is in, however it leaves it. */
final class AfterRoute extends RouteEnds {

    private final Runnable action;

    private AfterRoute(Exchange exchange, Runnable action) {
        super(exchange);
        this.action = action;
    }

    /** @param action is run once */
    static void run(Exchange exchange, Runnable action) {
        new AfterRoute(exchange, action).listen(exchange);
    }

    @Override
    public void onAfterRoute(Route route, Exchange exchange) {
        if (beganIn(route)) {
            forget(exchange);
            action.run();
        }
    }

    @Override
    public void onDone(Exchange exchange) {
        action.run();
    }
}
