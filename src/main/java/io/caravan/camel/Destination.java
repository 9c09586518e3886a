package io.caravan.camel;

import io.caravan.settings.ServerAddress;
import java.util.List;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.net.URIAuthority;

/**
 * Where the calls to one server go.
 *
 * @param route its place in the pool of connections
 * @param headers of each call, its key among them
 */
record Destination(ServerAddress server, HttpRoute route, List<Header> headers) {

    Destination {
        headers = List.copyOf(headers);
    }

    /** @throws IllegalArgumentException if the server's URL is none */
    static HttpRoute route(ServerAddress server) {
        HttpHost host = RoutingSupport.normalize(HttpHost.create(server.url()), DefaultSchemePortResolver.INSTANCE);
        return new HttpRoute(host, null, "https".equals(host.getSchemeName()));
    }

    /** Makes a request that was made for the provider's first server one to this server. */
    void redirect(ClassicHttpRequest request, Destination first) {
        if (!server.url().equals(first.server.url())) {
            request.setScheme(route.getTargetHost().getSchemeName());
            request.setAuthority(
                    new URIAuthority(server.url().getHost(), server.url().getPort()));
            request.setPath(server.url().getRawPath()
                    + request.getPath()
                            .substring(first.server.url().getRawPath().length()));
        }
        headers.forEach(request::setHeader);
    }

    /** For messages: the server without its path. */
    String where() {
        return server.url().getScheme() + "://" + server.url().getAuthority();
    }
}
