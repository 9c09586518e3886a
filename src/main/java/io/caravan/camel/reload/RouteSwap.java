package io.caravan.camel.reload;

import io.caravan.camel.reload.RoutePlan.PlannedRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;

/**
 * Brings the routes that run in line with a plan: all new versions are made first, and only when every one could be
 * made do they get the messages; the old ones finish theirs. Not thread-safe.
 */
final class RouteSwap {

    private final ModelCamelContext camel;
    private final EndpointOptions options;
    private final Handover handover;
    private final UnaryOperator<String> resolve;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private final Map<String, String> installed = new HashMap<>();
    private long versions;

    /** A route that runs: under which id, and behind which door if it has one. */
    private record Running(PlannedRoute route, String bodyId, Optional<String> doorId, String doorText) {}

    /**
     * A new version that is made and not started yet.
     *
     * @param starts whether the body is to start
     * @param split whether the route has a door
     * @param door a new door, where the one there is does not serve
     */
    private record Staged(
            PlannedRoute route, String bodyId, boolean starts, boolean split, Optional<RouteDefinition> door) {}

    RouteSwap(ModelCamelContext camel, EndpointOptions options, Drain drain, UnaryOperator<String> resolve) {
        this.camel = camel;
        this.options = options;
        this.handover = new Handover(camel, drain);
        this.resolve = resolve;
    }

    /**
     * Makes the plan come true. Before the context has started, the routes are only handed to it.
     *
     * @param onFailure told of a route that could be made and then did not start; its old one goes on
     * @return the ids of the routes that were added, replaced or removed
     * @throws RouteFileException if a route could not be made; then nothing has changed
     */
    List<String> to(RoutePlan plan, Consumer<RouteProblem> onFailure) {
        List<Staged> staged = make(plan);
        List<String> changed = new ArrayList<>();
        for (Staged route : staged) {
            String id = route.route().id();
            switchTo(route, onFailure).ifPresent(now -> {
                changed.add(id);
                running.put(id, now);
            });
        }
        for (Running old : List.copyOf(running.values())) {
            String id = old.route().id();
            if (!plan.routes().containsKey(id)) {
                changed.add(id);
                handover.retire(old.doorId(), old.bodyId());
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
            return new Staged(route, id, true, false, Optional.empty());
        }
        RouteDefinition definition = making.route(route);
        if (RoutePlan.called(RoutePlan.input(route.entry(), resolve))) {
            boolean starts = starts(definition);
            definition.setId(freeId(route.id()));
            addStopped(making, definition);
            return new Staged(route, definition.getId(), starts, false, Optional.empty());
        }
        Running old = running.get(route.id());
        boolean sameDoor = old != null && old.doorText().equals(route.doorText());
        Door cut = Door.cut(definition, freeId(route.id()), RouteIds.version(route.id(), ++versions));
        addStopped(making, cut.body());
        Optional<RouteDefinition> door = sameDoor ? Optional.empty() : Optional.of(cut.door());
        return new Staged(route, cut.body().getId(), true, true, door);
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

    /** What runs from now on; empty if nothing has changed, for the body did not start. */
    private Optional<Running> switchTo(Staged staged, Consumer<RouteProblem> onFailure) {
        Optional<Running> old = Optional.ofNullable(running.get(staged.route().id()));
        if (camel.isStarted()) {
            try {
                startBody(staged);
            } catch (Exception e) {
                onFailure.accept(problem(staged.route(), e));
                old.ifPresent(before -> handover.giveBack(staged.bodyId(), before.bodyId()));
                discard(staged);
                return Optional.empty(); // the next change of any file tries again
            }
        }
        return Optional.of(handOver(staged, old, onFailure));
    }

    private void startBody(Staged staged) throws Exception {
        if (staged.starts()) {
            handover.start(staged.bodyId());
        }
    }

    private void discard(Staged staged) {
        staged.door().ifPresent(door -> Drain.remove(camel, door.getId()));
        handover.retire(Optional.empty(), staged.bodyId());
    }

    private Running handOver(Staged staged, Optional<Running> old, Consumer<RouteProblem> onFailure) {
        Optional<String> oldDoor = old.flatMap(Running::doorId);
        Optional<String> newDoor = staged.door().map(RouteDefinition::getId);
        Optional<String> door = staged.split() ? newDoor.or(() -> oldDoor) : Optional.empty();
        try {
            if (camel.isStarted()) {
                old.ifPresent(before -> handover.retire(staged.split() ? Optional.empty() : oldDoor, before.bodyId()));
                if (staged.door().isPresent()) {
                    handover.replaceDoor(oldDoor, staged.door().get());
                }
            }
            return new Running(
                    staged.route(),
                    staged.bodyId(),
                    door,
                    staged.split() ? staged.route().doorText() : "");
        } catch (Exception e) {
            onFailure.accept(problem(staged.route(), e));
            // with no text of its own, so that the next change of any file tries again
            return new Running(staged.route().withText(""), staged.bodyId(), staged.split() ? oldDoor : door, "");
        }
    }

    private static RouteProblem problem(PlannedRoute route, Throwable failure) {
        int line = Causes.line(failure);
        if (line == 0) {
            line = Causes.option(failure)
                    .map(bad -> route.entry().lineOfOption(bad.option()))
                    .orElse(0);
        }
        return new RouteProblem(
                route.file().path(),
                line == 0 ? route.entry().line() : line,
                "route " + route.id() + ": " + Causes.message(failure));
    }
}
