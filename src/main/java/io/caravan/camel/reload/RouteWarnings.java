package io.caravan.camel.reload;

import io.caravan.camel.reload.RouteEntry.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** What is taken and deserves a look: files that are no routes, doors without an error handler, ways that lead nowhere. */
final class RouteWarnings {

    private RouteWarnings() {}

    static List<RouteProblem> of(RouteFiles files, List<TemplateInstance> instances, UnaryOperator<String> resolve) {
        List<RouteProblem> found = new ArrayList<>();
        for (Path stranger : files.strangers()) {
            found.add(
                    new RouteProblem(stranger, 0, "not loaded: the name of a route file ends in " + RouteFile.ENDING));
        }
        for (RouteFile file : files.inForce()) {
            for (RouteEntry entry : file.entries()) {
                if (entry.kind() == Kind.ROUTE && unguarded(file, entry, resolve)) {
                    found.add(new RouteProblem(
                            file.path(),
                            entry.line(),
                            "route " + entry.id() + " has no error handler: a failing message may be taken, and paid"
                                    + " for, again and again (`routeConfigurationId: failures` moves it aside)"));
                }
            }
        }
        found.addAll(new DirectNames(files.inForce(), instances, resolve).leadingNowhere());
        return List.copyOf(found);
    }

    private static boolean unguarded(RouteFile file, RouteEntry entry, UnaryOperator<String> resolve) {
        return !RoutePlan.called(RoutePlan.input(entry, resolve))
                && entry.configurations().isEmpty()
                && Yaml.child(entry.node(), "errorHandler").isEmpty()
                && !file.handlesErrors();
    }
}
