package io.caravan.camel.reload;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.StatefulService;
import org.apache.camel.Suspendable;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the messages of one route to another, and lets the first finish what it has. Not thread-safe. */
final class Handover {

    private static final Logger LOG = LoggerFactory.getLogger(Handover.class);
    private static final long STOP_SECONDS = 5;

    private final ModelCamelContext camel;
    private final Drain drain;

    Handover(ModelCamelContext camel, Drain drain) {
        this.camel = camel;
        this.drain = drain;
    }

    /** Starts a route that was added without being started. */
    void start(String routeId) throws Exception {
        camel.getRouteController().startRoute(routeId);
        Route route = camel.getRoute(routeId);
        if (route != null) {
            route.setAutoStartup(true);
        }
    }

    /** Gives a route its messages back, where one that did not start has got them already. */
    void giveBack(String failedId, String bodyId) {
        if (listens(failedId) && listens(bodyId)) {
            Consumer consumer = camel.getRoute(bodyId).getConsumer();
            ServiceHelper.suspendService(consumer);
            ServiceHelper.resumeService(consumer); // whoever listens last gets them
        }
    }

    private boolean listens(String routeId) {
        Route route = camel.getRoute(routeId);
        return route != null && route.getConsumer() instanceof StatefulService consumer && consumer.isStarted();
    }

    /** Lets a route finish: first its door, and the body once nothing comes through the door. */
    void retire(Optional<String> doorId, String bodyId) {
        if (doorId.isEmpty()) {
            retireBody(bodyId);
            return;
        }
        Route door = camel.getRoute(doorId.get());
        if (door != null) {
            try {
                quiesce(door);
            } catch (Exception e) {
                LOG.warn("The route {} does not stop: {}", RouteIds.shown(bodyId), Causes.message(e));
            }
        }
        drain.add(doorId.get(), () -> retireBody(bodyId));
    }

    /**
     * Opens a door in the place of another, if that one is there.
     *
     * @throws Exception if it does not open; then the old one is open again
     */
    void replaceDoor(Optional<String> oldId, RouteDefinition door) throws Exception {
        Optional<Route> old = oldId.map(camel::getRoute);
        Optional<Route> next = Optional.ofNullable(camel.getRoute(door.getId()));
        if (old.isEmpty()) {
            open(door);
        } else if (replaceable(old.get()) && next.filter(Handover::replaceable).isPresent()) {
            open(door);
            retireDoor(old.get());
        } else if (next.filter(route -> sameEndpoint(route, old.get())).isPresent()) {
            // Camel lets only one of them read from it: what comes meanwhile waits at the endpoint
            quiesce(old.get());
            drain.add(old.get().getId(), () -> openLater(door));
        } else {
            quiesce(old.get());
            try {
                open(door);
            } catch (Exception e) {
                ServiceHelper.resumeService(old.get().getConsumer());
                throw e;
            }
            retireDoor(old.get());
        }
    }

    private void open(RouteDefinition door) throws Exception {
        if (Boolean.parseBoolean(door.getAutoStartup())) {
            try {
                start(door.getId());
            } catch (Exception e) {
                Drain.remove(camel, door.getId());
                throw e;
            }
        }
    }

    private void openLater(RouteDefinition door) {
        try {
            open(door);
        } catch (Exception e) {
            LOG.error("The route {} does not start: {}", RouteIds.shown(door.getId()), Causes.message(e));
        }
    }

    private void retireDoor(Route door) {
        drain.add(door.getId(), () -> {});
    }

    private void retireBody(String bodyId) {
        Route body = camel.getRoute(bodyId);
        if (body != null) {
            ServiceHelper.suspendService(body.getConsumer());
        }
        drain.add(bodyId, () -> {});
    }

    /** Takes no new message; what is under way goes on, where the consumer can be suspended. */
    private void quiesce(Route route) throws Exception {
        if (route.getConsumer() instanceof Suspendable) {
            ServiceHelper.suspendService(route.getConsumer());
        } else {
            camel.getRouteController().stopRoute(route.getId(), STOP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static boolean replaceable(Route route) {
        return route.getEndpoint() instanceof Replaceable;
    }

    private static boolean sameEndpoint(Route one, Route other) {
        return one.getEndpoint().equals(other.getEndpoint());
    }
}
