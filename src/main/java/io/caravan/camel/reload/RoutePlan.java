package io.caravan.camel.reload;

import io.caravan.camel.reload.RouteEntry.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.camel.support.PatternHelper;

/**
 * The routes that a set of files asks for, checked across the files.
 *
 * @param files the files, in the order in which they claim their ids
 * @param routes each route by its id
 */
record RoutePlan(List<RouteFile> files, Map<String, PlannedRoute> routes) {

    /**
     * One route of the plan.
     *
     * @param id its id
     * @param file the file that defines it, or its template
     * @param entry where in the file
     * @param instance what it is made with, where the entry is a template
     * @param text all that decides how it runs: equal texts, nothing to do
     */
    record PlannedRoute(String id, RouteFile file, RouteEntry entry, Optional<TemplateInstance> instance, String text) {

        PlannedRoute withText(String other) {
            return new PlannedRoute(id, file, entry, instance, other);
        }

        /** All that decides how messages get into the route, as opposed to what then happens to them. */
        String doorText() {
            String from = Yaml.child(entry.node(), "from")
                    .map(node -> Yaml.text(node, "steps"::equals))
                    .orElse("");
            return from + Yaml.text(entry.node(), key -> !DOOR_KEYS.contains(key));
        }
    }

    private static final List<String> DOOR_KEYS = List.of(
            "autoStartup",
            "description",
            "group",
            "precondition",
            "routePolicy",
            "routePolicyRef",
            "shutdownRoute",
            "shutdownRunningTask",
            "startupOrder",
            "streamCache");

    /**
     * Makes the plan.
     *
     * @param files in the order in which they claim ids
     * @param resolve fills in placeholders
     * @throws RouteFileException if two files claim the same id, {@code direct:} name or tool; names the later one
     */
    static RoutePlan of(List<RouteFile> files, List<TemplateInstance> instances, UnaryOperator<String> resolve) {
        Map<String, RouteFile> claims = new LinkedHashMap<>();
        List<RouteEntry> configurations = new ArrayList<>();
        for (RouteFile file : files) {
            for (RouteEntry entry : file.entries()) {
                claim(claims, claimOf(entry), "the id `" + entry.id() + "`", file, entry);
                if (entry.kind() == Kind.ROUTE) {
                    String input = input(entry, resolve);
                    if (called(input)) {
                        claim(claims, input, "`" + input + "`", file, entry);
                    }
                } else if (entry.kind() == Kind.CONFIGURATION) {
                    configurations.add(entry);
                }
            }
        }
        Map<String, PlannedRoute> routes = new LinkedHashMap<>();
        for (RouteFile file : files) {
            for (RouteEntry entry : file.entries()) {
                if (entry.kind() == Kind.ROUTE) {
                    String text = text(file, entry, configurations, resolve);
                    routes.put(entry.id(), new PlannedRoute(entry.id(), file, entry, Optional.empty(), text));
                } else if (entry.kind() == Kind.TEMPLATE) {
                    String text = text(file, entry, configurations, resolve);
                    for (TemplateInstance instance : instances) {
                        if (instance.templateId().equals(entry.id())) {
                            RouteFile other = claims.get("route " + instance.routeId());
                            if (other != null) {
                                throw taken("the id `" + instance.routeId() + "`", other, file, entry);
                            }
                            routes.put(
                                    instance.routeId(),
                                    new PlannedRoute(
                                            instance.routeId(),
                                            file,
                                            entry,
                                            Optional.of(instance),
                                            text + instance.parameters()));
                        }
                    }
                }
            }
        }
        checkReferences(files, configurations, instances, routes, resolve);
        return new RoutePlan(List.copyOf(files), routes);
    }

    private static void checkReferences(
            List<RouteFile> files,
            List<RouteEntry> configurations,
            List<TemplateInstance> instances,
            Map<String, PlannedRoute> routes,
            UnaryOperator<String> resolve) {
        for (TemplateInstance instance : instances) {
            if (!routes.containsKey(instance.routeId())) {
                throw new RouteFileException(
                        Path.of(instance.templateId() + RouteFile.ENDING),
                        0,
                        "no file holds the routeTemplate `" + instance.templateId() + "`, which the route "
                                + instance.routeId() + " is made from");
            }
        }
        for (RouteFile file : files) {
            for (RouteEntry entry : file.entries()) {
                String names = entry.configurations().map(resolve).orElse("");
                for (String name : names.isEmpty() ? new String[0] : names.split(",", -1)) {
                    if (!name.contains("{{") && configurations.stream().noneMatch(found -> named(name, found.id()))) {
                        throw new RouteFileException(
                                file.path(),
                                Math.max(entry.line(), Yaml.lineOf(entry.node(), "routeConfigurationId")),
                                "no file holds the routeConfiguration `" + name.strip() + "`, which the route "
                                        + entry.id() + " names");
                    }
                }
            }
        }
    }

    /** Where a route reads from, with its placeholders filled in. */
    static String input(RouteEntry entry, UnaryOperator<String> resolve) {
        Optional<String> plain = Yaml.child(entry.route(), "from").flatMap(Yaml::scalar);
        String uri = plain.or(() -> Yaml.child(entry.route(), "from")
                        .flatMap(from -> Yaml.child(from, "uri"))
                        .flatMap(Yaml::scalar))
                .orElse("");
        String name = Yaml.child(entry.route(), "from")
                .flatMap(from -> Yaml.child(from, "parameters"))
                .flatMap(parameters -> Yaml.child(parameters, "name"))
                .flatMap(Yaml::scalar)
                .orElse("");
        String whole = uri.equals("direct") ? "direct:" + name : uri;
        return resolve.apply(whole).replaceFirst("\\?.*", "").replaceFirst("^(direct|tool):(//)?", "$1:");
    }

    /** Whether messages come from this input only when somebody in here sends one, and he is told of its failure. */
    static boolean called(String input) {
        return input.startsWith("direct:") || input.startsWith("tool:");
    }

    private static String claimOf(RouteEntry entry) {
        return entry.kind().name().toLowerCase(java.util.Locale.ROOT) + " " + entry.id();
    }

    private static void claim(
            Map<String, RouteFile> claims, String claim, String what, RouteFile file, RouteEntry entry) {
        RouteFile other = claims.putIfAbsent(claim, file);
        if (other != null) {
            throw taken(what, other, file, entry);
        }
    }

    private static RouteFileException taken(String what, RouteFile other, RouteFile file, RouteEntry entry) {
        String where = other.path().equals(file.path()) ? "further up in this file" : "in " + other.path();
        return new RouteFileException(file.path(), entry.line(), what + " is already taken " + where);
    }

    private static String text(
            RouteFile file, RouteEntry entry, List<RouteEntry> configurations, UnaryOperator<String> resolve) {
        String names = entry.configurations().map(resolve).orElse("");
        return file.shared()
                + entry.text()
                + configurations.stream()
                        .filter(configuration -> named(names, configuration.id()))
                        .map(RouteEntry::text)
                        .collect(Collectors.joining());
    }

    private static boolean named(String names, String configuration) {
        if (names.contains("{{")) {
            return true; // known only to a template's instance
        }
        for (String name : names.split(",", -1)) {
            if (PatternHelper.matchPattern(configuration, name.strip())) {
                return true;
            }
        }
        return false;
    }
}
