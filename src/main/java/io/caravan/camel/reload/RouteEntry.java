package io.caravan.camel.reload;

import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/**
 * One top-level entry of a route file.
 *
 * @param kind what it is
 * @param id its id
 * @param line where it starts, counted from 1
 * @param text what it says, without comments and layout: equal texts mean the same
 * @param node its YAML
 */
record RouteEntry(Kind kind, String id, int line, String text, MappingNode node) {

    enum Kind {
        ROUTE,
        TEMPLATE,
        CONFIGURATION
    }

    Optional<String> value(String key) {
        return Yaml.child(node, key).flatMap(Yaml::scalar);
    }

    /** The route itself: of a template, the one inside. */
    MappingNode route() {
        if (kind != Kind.TEMPLATE) {
            return node;
        }
        return Yaml.child(node, "route")
                .or(() -> Yaml.child(node, "from"))
                .filter(MappingNode.class::isInstance)
                .map(MappingNode.class::cast)
                .orElse(node);
    }

    /** The line of an endpoint's option, first of the one that the route reads from; 0 if it is not there. */
    int lineOfOption(String option) {
        return Yaml.child(route(), "from")
                .flatMap(from -> Yaml.child(from, "parameters"))
                .map(parameters -> Yaml.lineOfKey(parameters, option))
                .filter(line -> line > 0)
                .orElseGet(() -> Yaml.lineOf(node, option));
    }

    /** The ids, or patterns of ids, of the route configurations this route names. */
    Optional<String> configurations() {
        return Yaml.child(route(), "routeConfigurationId").flatMap(Yaml::scalar);
    }
}
