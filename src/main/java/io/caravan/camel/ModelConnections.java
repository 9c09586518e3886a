package io.caravan.camel;

import io.caravan.llm.Attempt;
import io.caravan.llm.Provider;
import io.caravan.llm.Providers;
import io.caravan.settings.ProviderSettings;
import io.caravan.settings.Secret;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.pool.PoolStats;

/**
 * The one pool of connections to all providers, and how each provider's calls are made: every call can be aborted, none
 * is repeated, redirected or given a cookie behind our back.
 */
public final class ModelConnections implements Closeable {

    private static final ThreadLocal<Attempt> NEXT = new ThreadLocal<>();

    private final UnaryOperator<String> resolve;
    private final PoolingHttpClientConnectionManager pool;
    private final Map<String, HttpRoute> routes = new HashMap<>();

    /** @param resolve looks up what is left in a secret for Camel: vaults */
    public ModelConnections(Providers providers, UnaryOperator<String> resolve) {
        this.resolve = resolve;
        Map<HttpRoute, ConnectionConfig> timeouts = new HashMap<>();
        Map<HttpRoute, Integer> sizes = new HashMap<>();
        for (Provider provider : providers.all()) {
            HttpRoute route = route(provider.settings());
            routes.put(provider.name(), route);
            timeouts.put(
                    route,
                    ConnectionConfig.custom()
                            .setConnectTimeout(
                                    provider.settings().connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                            .build());
            sizes.merge(route, provider.settings().maxConnections(), Integer::sum);
        }
        pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT)
                .setConnPoolPolicy(PoolReusePolicy.LIFO)
                .setConnectionConfigResolver(route -> timeouts.getOrDefault(route, ConnectionConfig.DEFAULT))
                .setMaxConnTotal(
                        sizes.values().stream().mapToInt(Integer::intValue).sum())
                .build();
        sizes.forEach(pool::setMaxPerRoute);
    }

    /** The pool, for camel-http. */
    public PoolingHttpClientConnectionManager pool() {
        return pool;
    }

    /** Connections of the provider: in use, idle, and calls that wait for one. */
    public PoolStats stats(String provider) {
        HttpRoute route = routes.get(provider);
        return route == null ? pool.getTotalStats() : pool.getStats(route);
    }

    /** How the calls of one provider are made. */
    public HttpClientConfigurer configurer(Provider provider) {
        List<Header> headers = headers(provider);
        return (HttpClientBuilder client) -> client.setDefaultHeaders(headers)
                .setUserAgent("caravan")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .addExecInterceptorFirst("abortable", new AbortableCalls(provider.settings(), NEXT));
    }

    /** The next call on this thread belongs to this attempt. */
    static void next(Attempt attempt) {
        NEXT.set(attempt);
    }

    /** The call is over, whether it was made or not. */
    static void forget() {
        NEXT.remove();
    }

    private List<Header> headers(Provider provider) {
        List<Header> headers = new ArrayList<>();
        provider.headers(this::resolved).forEach((name, value) -> headers.add(new BasicHeader(name, value, true)));
        return headers;
    }

    private String resolved(Secret secret) {
        return secret.unresolved() ? resolve.apply(secret.value()) : secret.value();
    }

    private static HttpRoute route(ProviderSettings provider) {
        try {
            HttpHost host =
                    RoutingSupport.normalize(HttpHost.create(provider.url()), DefaultSchemePortResolver.INSTANCE);
            return new HttpRoute(host, null, "https".equals(host.getSchemeName()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "caravan.provider." + provider.name() + ".url is not a URL: " + provider.url(), e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
