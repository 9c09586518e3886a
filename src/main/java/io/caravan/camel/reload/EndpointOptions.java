package io.caravan.camel.reload;

import java.util.Map;
import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;

/**
 * Refuses an endpoint with an option that it does not have, where Camel itself is lenient: {@code http} would send a
 * mistyped option to the server as a query parameter. Looks only at endpoints that are made while routes are loaded
 * ({@link #whileLoading}); one that a message makes ({@code toD}) may carry query parameters.
 *
 * <p>Asks the component's own list of options, which is on the class path anyway and holds for plug-ins too.
 */
final class EndpointOptions implements EndpointStrategy {

    private final ExtendedCamelContext camel;
    private final ThreadLocal<Boolean> loading = ThreadLocal.withInitial(() -> false);

    EndpointOptions(ExtendedCamelContext camel) {
        this.camel = camel;
    }

    /** Starts or ends the check for endpoints that this thread makes. */
    void whileLoading(boolean on) {
        loading.set(on);
    }

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        if (loading.get() && endpoint.isLenientProperties() && uri.indexOf('?') > 0) {
            check(StringHelper.before(uri, ":"), uri);
        }
        return endpoint;
    }

    private void check(String scheme, String uri) {
        EndpointUriFactory factory = camel.getEndpointUriFactory(scheme);
        if (factory == null || scheme.equals("kamelet")) {
            return; // a Kamelet's options are its own
        }
        Map<String, String> prefixes = factory.multiValuePrefixes();
        Set<String> known = factory.propertyNames();
        for (String option : options(uri)) {
            if (!known.contains(option) && prefixes.values().stream().noneMatch(option::startsWith)) {
                throw new UnknownOptionException(scheme, option);
            }
        }
    }

    private static Set<String> options(String uri) {
        try {
            return URISupport.parseQuery(URISupport.extractQuery(uri)).keySet();
        } catch (java.net.URISyntaxException e) {
            return Set.of(); // Camel has read it already, and refuses what cannot be read
        }
    }
}
