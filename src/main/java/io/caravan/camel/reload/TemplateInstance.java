package io.caravan.camel.reload;

import java.util.Map;

/**
 * A route to be made from a {@code routeTemplate} of a route file, and made again when that file changes. The template
 * must read from {@code direct:}.
 *
 * @param routeId the id of the route
 * @param templateId the id of the template
 * @param parameters the template's parameters
 */
public record TemplateInstance(String routeId, String templateId, Map<String, Object> parameters) {

    /** Copies the parameters. */
    public TemplateInstance {
        parameters = Map.copyOf(parameters);
    }
}
