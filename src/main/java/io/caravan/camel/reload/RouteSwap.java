package io.caravan.camel.reload;

import io.caravan.camel.reload.RoutePlan.PlannedRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.camel.Route;
import org.apache.camel.Suspendable;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Brings the routes that run in line with a plan: all new versions are made first, and only when every one could be
 * made do they get the messages; the old ones finish theirs. Not thread-safe.
 */
final class RouteSwap {

    private static final long STOP_SECONDS = 5;

    private final ModelCamelContext camel;
    private final EndpointOptions options;
    private final Drain drain;
    private final UnaryOperator<String> resolve;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final Map<String, String> installed = new HashMap<>();
    private long versions;

    /** A route that runs: under which id, and behind which door if it has one. */
    private record Running(PlannedRoute route, String bodyId, Optional<String> doorId, String doorText) {}

    /** A new version that is made and not started yet. */
    private record Staged(PlannedRoute route, String bodyId, boolean starts, Optional<RouteDefinition> door) {}

    RouteSwap(ModelCamelContext camel, EndpointOptions options, Drain drain, UnaryOperator<String> resolve) {
        this.camel = camel;
        this.options = options;
        this.drain = drain;
        this.resolve = resolve;
    }

    /**
     * Makes the plan come true. Before the context has started, the routes are only handed to it.
     *
     * @param onFailure told of a door that could be made and then did not start; its old one goes on
     * @return the ids of the routes that were added, replaced or removed
     * @throws RouteFileException if a route could not be made; then nothing has changed
     */
    List<String> to(RoutePlan plan, Consumer<RouteProblem> onFailure) {
        List<Staged> staged = make(plan);
        List<String> changed = new ArrayList<>();
        for (Staged route : staged) {
            changed.add(route.route().id());
            switchTo(route, onFailure);
        }
        for (Running old : List.copyOf(running.values())) {
            String id = old.route().id();
            if (!plan.routes().containsKey(id)) {
                changed.add(id);
                retire(old);
                running.remove(id);
            }
        }
        return changed;
    }

    /** Which of the running routes a failure of Camel is about, and where it stands. */
    Optional<RouteProblem> problem(Throwable failure) {
        return Causes.routeId(failure)
                .map(RouteIds::shown)
                .flatMap(id -> Optional.ofNullable(running.get(id)))
                .map(found -> problem(found.route(), failure));
    }

    private List<Staged> make(RoutePlan plan) {
        Making making = new Making(camel);
        List<Staged> staged = new ArrayList<>();
        options.whileLoading(true);
        try {
            making.install(plan.files(), installed);
            for (PlannedRoute route : plan.routes().values()) {
                Running old = running.get(route.id());
                if (old == null || !old.route().text().equals(route.text())) {
                    staged.add(attempt(route, () -> makeBody(making, route)));
                }
            }
            // after every body, so that a door finds each of them listening when the context starts
            for (Staged route : staged) {
                if (route.door().isPresent()) {
                    attempt(route.route(), () -> makeDoor(making, route.door().get()));
                }
            }
            return staged;
        } catch (RuntimeException e) {
            making.undo();
            throw e;
        } finally {
            options.whileLoading(!camel.isStarted());
        }
    }

    private interface Attempt<T> {
        T make() throws Exception;
    }

    private static <T> T attempt(PlannedRoute route, Attempt<T> attempt) {
        try {
            return attempt.make();
        } catch (RouteFileException e) {
            throw e;
        } catch (Exception e) {
            throw new RouteFileException(problem(route, e), e);
        }
    }

    private Staged makeBody(Making making, PlannedRoute route) throws Exception {
        if (route.instance().isPresent()) {
            String id = freeId(route.id());
            making.add(route.instance().get(), id);
            return new Staged(route, id, true, Optional.empty());
        }
        RouteDefinition definition = making.route(route);
        if (RoutePlan.input(route.entry(), resolve).startsWith("direct:")) {
            boolean starts = starts(definition);
            definition.setId(freeId(route.id()));
            addStopped(making, definition);
            return new Staged(route, definition.getId(), starts, Optional.empty());
        }
        Running old = running.get(route.id());
        boolean sameDoor = old != null && old.doorText().equals(route.doorText());
        Door cut = Door.cut(definition, freeId(route.id()), RouteIds.version(route.id(), ++versions));
        addStopped(making, cut.body());
        return new Staged(route, cut.body().getId(), true, sameDoor ? Optional.empty() : Optional.of(cut.door()));
    }

    private RouteDefinition makeDoor(Making making, RouteDefinition door) throws Exception {
        boolean starts = starts(door);
        addStopped(making, door);
        door.setAutoStartup(Boolean.toString(starts));
        return door;
    }

    private void addStopped(Making making, RouteDefinition definition) throws Exception {
        if (camel.isStarted()) {
            definition.setAutoStartup("false");
            definition.setStartupOrder(null); // taken, by the version that still runs
        }
        making.add(definition);
    }

    private boolean starts(RouteDefinition definition) {
        String autoStartup = definition.getAutoStartup();
        return autoStartup == null || !"false".equalsIgnoreCase(resolve.apply(autoStartup));
    }

    private String freeId(String id) {
        return camel.getRouteDefinition(id) == null ? id : RouteIds.version(id, ++versions);
    }

    private void switchTo(Staged staged, Consumer<RouteProblem> onFailure) {
        PlannedRoute route = staged.route();
        Running old = running.get(route.id());
        boolean split =
                staged.door().isPresent() || (old != null && staged.door().isEmpty() && keepsDoor(staged, old));
        Optional<String> doorId = staged.door().map(RouteDefinition::getId);
        String doorText = split ? route.doorText() : "";
        if (camel.isStarted()) {
            try {
                if (staged.starts()) {
                    start(staged.bodyId());
                }
                if (old != null && old.doorId().isPresent() && !split) {
                    retire(old);
                } else if (old != null) {
                    retireBody(old.bodyId());
                }
                if (staged.door().isPresent()) {
                    replaceDoor(
                            old == null ? Optional.empty() : old.doorId(),
                            staged.door().get());
                }
            } catch (Exception e) {
                onFailure.accept(problem(route, e));
                doorText = "";
                doorId = Optional.empty();
                route = route.withText("");
            }
        }
        if (doorId.isEmpty() && split && old != null) {
            doorId = old.doorId();
        }
        running.put(route.id(), new Running(route, staged.bodyId(), doorId, doorText));
    }

    private static boolean keepsDoor(Staged staged, Running old) {
        return old.doorId().isPresent() && old.doorText().equals(staged.route().doorText());
    }

    private void replaceDoor(Optional<String> old, RouteDefinition door) throws Exception {
        boolean starts = Boolean.parseBoolean(door.getAutoStartup());
        if (old.isEmpty()) {
            startDoor(door, starts);
            return;
        }
        Route oldRoute = camel.getRoute(old.get());
        if (oldRoute == null) {
            startDoor(door, starts);
            return;
        }
        Route newRoute = camel.getRoute(door.getId());
        if (newRoute.getEndpoint() instanceof Replaceable && oldRoute.getEndpoint() instanceof Replaceable && starts) {
            startDoor(door, true);
            drain.add(old.get(), () -> {});
            return;
        }
        quiesce(oldRoute);
        if (oldRoute.getEndpoint().equals(newRoute.getEndpoint())) {
            // Camel lets only one of them read from it: what comes meanwhile waits at the endpoint
            drain.add(old.get(), () -> startLater(door, starts));
            return;
        }
        try {
            startDoor(door, starts);
        } catch (Exception e) {
            ServiceHelper.resumeService(oldRoute.getConsumer());
            throw e;
        }
        drain.add(old.get(), () -> {});
    }

    private void startLater(RouteDefinition door, boolean starts) {
        try {
            startDoor(door, starts);
        } catch (Exception e) {
            org.slf4j.LoggerFactory.getLogger(RouteSwap.class)
                    .error("The route {} does not start: {}", RouteIds.shown(door.getId()), Causes.message(e));
        }
    }

    private void startDoor(RouteDefinition door, boolean starts) throws Exception {
        if (starts) {
            try {
                start(door.getId());
            } catch (Exception e) {
                Drain.remove(camel, door.getId());
                throw e;
            }
        }
    }

    private void start(String routeId) throws Exception {
        camel.getRouteController().startRoute(routeId);
        Route route = camel.getRoute(routeId);
        if (route != null) {
            route.setAutoStartup(true);
        }
    }

    /** Lets a route finish that has no successor: first its door, and the body once nothing comes through the door. */
    private void retire(Running old) {
        if (old.doorId().isEmpty()) {
            retireBody(old.bodyId());
            return;
        }
        Route door = camel.getRoute(old.doorId().get());
        if (door != null) {
            try {
                quiesce(door);
            } catch (Exception e) {
                org.slf4j.LoggerFactory.getLogger(RouteSwap.class)
                        .warn("The route {} does not stop: {}", old.route().id(), Causes.message(e));
            }
        }
        drain.add(old.doorId().get(), () -> retireBody(old.bodyId()));
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

    private static RouteProblem problem(PlannedRoute route, Throwable failure) {
        int line = Causes.line(failure);
        if (line == 0) {
            line = Causes.unknownOption(failure)
                    .map(unknown -> Yaml.lineOf(route.entry().node(), unknown.option()))
                    .orElse(0);
        }
        return new RouteProblem(
                route.file().path(),
                line == 0 ? route.entry().line() : line,
                "route " + route.id() + ": " + Causes.message(failure));
    }
}
