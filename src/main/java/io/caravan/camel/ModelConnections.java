package io.caravan.camel;

import io.caravan.limit.Deadlines;
import io.caravan.llm.Attempt;
import io.caravan.llm.Provider;
import io.caravan.llm.Providers;
import io.caravan.settings.ServerAddress;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.pool.PoolStats;
import org.apache.hc.core5.util.TimeValue;

/**
 * The one pool of connections to all providers and MCP servers, and how each provider's calls are made: every call can be aborted, none
 * is repeated, redirected or given a cookie behind our back.
 */
public final class ModelConnections implements Closeable {

    private static final ThreadLocal<Attempt> NEXT = new ThreadLocal<>();

    /** Each connection has two such buffers, and there may be thousands; a chunk of an answer is a tenth of it. */
    private static final int BUFFER_BYTES = 2048;

    private final UnaryOperator<String> resolve;
    private final Deadlines deadlines;
    private final PoolingHttpClientConnectionManager pool;
    private final Map<String, Set<HttpRoute>> routes = new HashMap<>();

    /**
     * The pool, empty.
     *
     * @param others servers that are no providers, with as many connections to each
     * @param resolve looks up what is left in a secret for Camel: vaults
     */
    public ModelConnections(
            Providers providers, Map<HttpRoute, Integer> others, UnaryOperator<String> resolve, Deadlines deadlines) {
        this.resolve = resolve;
        this.deadlines = deadlines;
        Map<HttpRoute, ConnectionConfig> timeouts = new HashMap<>();
        Map<HttpRoute, Integer> sizes = new HashMap<>();
        for (Provider provider : providers.all()) {
            ConnectionConfig config = ConnectionConfig.custom()
                    .setConnectTimeout(provider.settings().connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                    .build();
            for (ServerAddress server : provider.settings().servers()) {
                HttpRoute route = route(provider.name(), server);
                routes.computeIfAbsent(provider.name(), any -> new HashSet<>()).add(route);
                timeouts.put(route, config);
                sizes.merge(route, provider.settings().maxConnections(), ModelConnections::sum);
            }
        }
        others.forEach((route, most) -> {
            timeouts.putIfAbsent(route, McpCalls.CONNECTION);
            sizes.merge(route, most, ModelConnections::sum);
        });
        pool = PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(
                                Http1Config.custom().setBufferSize(BUFFER_BYTES).build())
                        .build())
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT)
                .setConnPoolPolicy(PoolReusePolicy.LIFO)
                .setConnectionConfigResolver(route -> timeouts.getOrDefault(route, ConnectionConfig.DEFAULT))
                .setMaxConnTotal(sizes.values().stream().reduce(0, ModelConnections::sum))
                .build();
        sizes.forEach(pool::setMaxPerRoute);
    }

    /** The pool, for camel-http. */
    public PoolingHttpClientConnectionManager pool() {
        return pool;
    }

    /** Connections of the provider: in use, idle, and calls that wait for one. */
    public PoolStats stats(String provider) {
        return routes.getOrDefault(provider, Set.of()).stream()
                .map(pool::getStats)
                .reduce(new PoolStats(0, 0, 0, 0), ModelConnections::sum);
    }

    /** How the calls of one provider are made. */
    public HttpClientConfigurer configurer(Provider provider) {
        List<Destination> servers = provider.settings().servers().stream()
                .map(server -> new Destination(server, route(provider.name(), server), headers(provider, server)))
                .toList();
        return (HttpClientBuilder client) -> plain(client)
                .addExecInterceptorBefore(
                        ChainElement.CONNECT.name(),
                        "stale",
                        new StaleConnections(() -> pool.closeIdle(TimeValue.ZERO_MILLISECONDS)))
                .addExecInterceptorFirst(
                        "abortable", new AbortableCalls(provider.settings(), servers, NEXT, deadlines));
    }

    /** Does nothing behind our back. */
    static HttpClientBuilder plain(HttpClientBuilder client) {
        return client.setUserAgent("caravan")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression();
    }

    /** The next call on this thread belongs to this attempt. */
    static void next(Attempt attempt) {
        NEXT.set(attempt);
    }

    /** The call is over, whether it was made or not. */
    static void forget() {
        NEXT.remove();
    }

    private List<Header> headers(Provider provider, ServerAddress server) {
        List<Header> headers = new ArrayList<>();
        provider.headers(server, secret -> secret.resolved(resolve))
                .forEach((name, value) -> headers.add(new BasicHeader(name, value, true)));
        return headers;
    }

    private static HttpRoute route(String provider, ServerAddress server) {
        try {
            return Destination.route(server);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "caravan.provider." + provider + ".url is not a URL: " + server.url(), e);
        }
    }

    private static int sum(int one, int other) {
        return (int) Math.min(Integer.MAX_VALUE, (long) one + other);
    }

    private static PoolStats sum(PoolStats one, PoolStats other) {
        return new PoolStats(
                one.getLeased() + other.getLeased(),
                one.getPending() + other.getPending(),
                one.getAvailable() + other.getAvailable(),
                sum(one.getMax(), other.getMax()));
    }

    @Override
    public void close() {
        pool.close();
    }
}
