package io.caravan.camel.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RouteStartupOrder;
import org.apache.camel.spi.ShutdownAware;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routes that get no new messages and finish what they have; each is removed when it has. Not thread-safe. */
final class Drain {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** Covers a message that has found the old consumer, and is not counted as in flight yet. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ModelCamelContext camel;
    private final List<Draining> routes = new ArrayList<>();

    private record Draining(String routeId, long since, Runnable then) {}

    Drain(ModelCamelContext camel) {
        this.camel = camel;
    }

    /** Removes the route when it has finished, and then runs what follows. */
    void add(String routeId, Runnable then) {
        routes.add(new Draining(routeId, System.nanoTime(), then));
    }

    /** Removes what has finished by now. Costs nothing when nothing drains. */
    void tick() {
        if (routes.isEmpty()) {
            return;
        }
        for (Draining route : List.copyOf(routes)) {
            if (System.nanoTime() - route.since() >= GRACE_NANOS && idle(camel, route.routeId())) {
                routes.remove(route);
                remove(camel, route.routeId());
                route.then().run();
            }
        }
    }

    /** Whether nothing is in flight in the route, nor handed to a pool of one of its steps ({@code wireTap}). */
    private static boolean idle(CamelContext camel, String routeId) {
        return camel.getInflightRepository().size(routeId) == 0 && pending(camel, routeId) == 0;
    }

    private static int pending(CamelContext camel, String routeId) {
        int pending = 0;
        for (RouteStartupOrder order : camel.getCamelContextExtension().getRouteStartupOrder()) {
            if (order.getRoute().getId().equals(routeId)) {
                for (Service service : order.getServices()) {
                    if (service instanceof ShutdownAware aware) {
                        pending += aware.getPendingExchangesSize();
                    }
                }
            }
        }
        return pending;
    }

    /** Removes a route, started or not; a failure to do so is logged, since nobody can act on it otherwise. */
    static void remove(ModelCamelContext camel, String routeId) {
        try {
            RouteDefinition definition = camel.getRouteDefinition(routeId);
            if (definition != null) {
                camel.getCamelContextExtension().getContextPlugin(Model.class).removeRouteDefinition(definition);
            }
        } catch (Exception e) {
            LOG.warn("The old version {} of a route cannot be removed", routeId, e);
        }
    }
}
