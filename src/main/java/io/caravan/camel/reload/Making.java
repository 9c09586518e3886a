package io.caravan.camel.reload;

import io.caravan.camel.reload.RouteEntry.Kind;
import io.caravan.camel.reload.RoutePlan.PlannedRoute;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * Makes definitions of route files and puts them into Camel's model, so that all of it can be taken back. Used for one
 * swap, by one thread.
 */
final class Making {

    private final ModelCamelContext camel;
    private final Model model;
    private final Map<Path, RouteConfigurationBuilder> builders = new HashMap<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();

    Making(ModelCamelContext camel) {
        this.camel = camel;
        this.model = camel.getCamelContextExtension().getContextPlugin(Model.class);
    }

    /**
     * Brings the model's route configurations and templates in line with the files.
     *
     * @param installed what the model holds of them, by kind and id; changed along
     */
    void install(List<RouteFile> files, Map<String, String> installed) {
        Map<String, String> before = Map.copyOf(installed);
        undo.push(() -> {
            installed.clear();
            installed.putAll(before);
        });
        Set<String> wanted = new HashSet<>();
        for (RouteFile file : files) {
            for (RouteEntry entry : file.entries()) {
                if (entry.kind() != Kind.ROUTE) {
                    String key = entry.kind() + " " + entry.id();
                    wanted.add(key);
                    if (!entry.text().equals(installed.get(key))) {
                        install(file, entry);
                        installed.put(key, entry.text());
                    }
                }
            }
        }
        for (String key : before.keySet()) {
            if (!wanted.contains(key)) {
                installed.remove(key);
                uninstall(Kind.valueOf(key.substring(0, key.indexOf(' '))), key.substring(key.indexOf(' ') + 1));
            }
        }
        // A route read before a configuration of its own file was there would go without.
        builders.clear();
    }

    /** The route as its file defines it, with the error handling that is named for it. */
    RouteDefinition route(PlannedRoute route) {
        RouteConfigurationBuilder builder = builder(route.file());
        RouteDefinition definition = builder.getRouteCollection().getRoutes().stream()
                .filter(candidate -> route.id().equals(candidate.getId()))
                .findFirst()
                .orElseThrow();
        builder.getRouteCollection().prepareRoute(definition);
        return definition;
    }

    /** Adds a definition to the model, which makes the route if Camel runs. */
    void add(RouteDefinition definition) throws Exception {
        undo.push(() -> Drain.remove(camel, definition.getId()));
        model.addRouteDefinition(definition);
    }

    /** Makes a route of a template, without starting it if Camel runs. */
    void add(TemplateInstance instance, String routeId) throws Exception {
        RouteTemplateDefinition template = model.getRouteTemplateDefinition(instance.templateId());
        String autoStartup = template.getRoute().getAutoStartup();
        undo.push(() -> Drain.remove(camel, routeId));
        try {
            if (camel.isStarted()) {
                template.getRoute().setAutoStartup("false");
            }
            model.addRouteFromTemplate(
                    routeId, instance.templateId(), null, null, new java.util.HashMap<>(instance.parameters()));
        } finally {
            template.getRoute().setAutoStartup(autoStartup);
        }
    }

    /** Takes back all of it, the latest first. */
    void undo() {
        undo.forEach(Runnable::run);
        undo.clear();
    }

    private void install(RouteFile file, RouteEntry entry) {
        uninstall(entry.kind(), entry.id());
        RouteConfigurationBuilder builder = builder(file);
        if (entry.kind() == Kind.CONFIGURATION) {
            RouteConfigurationDefinition definition =
                    builder.getRouteConfigurationCollection().getRouteConfigurations().stream()
                            .filter(candidate -> entry.id().equals(candidate.getId()))
                            .findFirst()
                            .orElseThrow();
            model.getRouteConfigurationDefinitions().add(definition);
            undo.push(() -> model.getRouteConfigurationDefinitions().remove(definition));
        } else {
            RouteTemplateDefinition definition = builder.getRouteTemplateCollection().getRouteTemplates().stream()
                    .filter(candidate -> entry.id().equals(candidate.getId()))
                    .findFirst()
                    .orElseThrow();
            model.getRouteTemplateDefinitions().add(definition);
            undo.push(() -> model.getRouteTemplateDefinitions().remove(definition));
        }
    }

    private void uninstall(Kind kind, String id) {
        if (kind == Kind.CONFIGURATION) {
            Optional<RouteConfigurationDefinition> old = model.getRouteConfigurationDefinitions().stream()
                    .filter(candidate -> id.equals(candidate.getId()))
                    .findFirst();
            old.ifPresent(definition -> {
                model.getRouteConfigurationDefinitions().remove(definition);
                undo.push(() -> model.getRouteConfigurationDefinitions().add(definition));
            });
        } else {
            Optional<RouteTemplateDefinition> old = model.getRouteTemplateDefinitions().stream()
                    .filter(candidate -> id.equals(candidate.getId()))
                    .findFirst();
            old.ifPresent(definition -> {
                model.getRouteTemplateDefinitions().remove(definition);
                undo.push(() -> model.getRouteTemplateDefinitions().add(definition));
            });
        }
    }

    private RouteConfigurationBuilder builder(RouteFile file) {
        return builders.computeIfAbsent(file.path(), path -> {
            try {
                return load(file);
            } catch (Exception e) {
                throw new RouteFileException(new RouteProblem(path, Causes.line(e), Causes.message(e)), e);
            }
        });
    }

    private RouteConfigurationBuilder load(RouteFile file) throws Exception {
        var resource = ResourceHelper.fromString(file.path().toString(), ToolInputs.readable(file));
        for (RoutesBuilder found : PluginHelper.getRoutesLoader(camel).findRoutesBuilders(List.of(resource))) {
            RouteConfigurationBuilder builder = (RouteConfigurationBuilder) found;
            builder.setCamelContext(camel);
            builder.getRouteConfigurationCollection().setCamelContext(camel);
            builder.configuration();
            builder.configureRoutes(camel);
            return builder;
        }
        throw new IllegalStateException("Camel does not know how to read it");
    }
}
