package io.caravan.camel;

import io.caravan.llm.Unreachable;
import io.caravan.mcp.Abort;
import io.caravan.mcp.McpException;
import io.caravan.mcp.McpException.Kind;
import io.caravan.mcp.McpHttp;
import io.caravan.settings.McpSettings;
import io.caravan.settings.Secret;
import io.caravan.settings.ServerAddress;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Requests to MCP servers over camel-http and the pool that the providers use too: none is repeated or redirected, and each
 * can be broken off.
 */
public final class McpCalls implements Function<String, McpHttp> {

    /** A connection that was idle is looked at before it is used: a call of a tool must not be lost on a dead one. */
    static final ConnectionConfig CONNECTION = ConnectionConfig.custom()
            .setConnectTimeout(Timeout.ofSeconds(5))
            .setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS)
            .build();

    private static final RequestConfig REQUEST = RequestConfig.custom()
            .setConnectionRequestTimeout(Timeout.ofSeconds(10))
            .setResponseTimeout(Timeout.DISABLED)
            .setRedirectsEnabled(false)
            .setAuthenticationEnabled(false)
            .build();

    private static final ThreadLocal<Sending> NEXT = new ThreadLocal<>();

    private final Map<String, McpSettings.Remote> servers = new LinkedHashMap<>();
    private final UnaryOperator<String> resolve;
    private volatile @Nullable CamelContext context;

    /** @param resolve looks up what is left in a secret for Camel: vaults */
    public McpCalls(List<McpSettings> settings, UnaryOperator<String> resolve) {
        this.resolve = resolve;
        for (McpSettings server : settings) {
            if (server.place() instanceof McpSettings.Remote remote) {
                servers.put(server.name(), remote);
            }
        }
    }

    private record Sending(Map<String, String> headers, Abort abort) {}

    /** The places of the servers in the pool, with room for so many connections to each. */
    public Map<HttpRoute, Integer> routes(int connections) {
        Map<HttpRoute, Integer> routes = new HashMap<>();
        servers.values().forEach(remote -> routes.put(route(remote), connections));
        return routes;
    }

    private static HttpRoute route(McpSettings.Remote remote) {
        return Destination.route(new ServerAddress(remote.url(), Optional.empty()));
    }

    /** To be called before the context starts. */
    public void bind(CamelContext context) {
        this.context = context;
        servers.forEach((name, remote) -> {
            HttpClientConfigurer calls =
                    client -> ModelConnections.plain(client).addExecInterceptorFirst("mcp", new Call(name, remote));
            context.getRegistry().bind(configurer(name), HttpClientConfigurer.class, calls);
        });
    }

    private static String configurer(String server) {
        return "mcp-http-" + server;
    }

    @Override
    public McpHttp apply(String server) {
        return new Calls(server);
    }

    /** The requests to one server. */
    private final class Calls implements McpHttp {

        private final String server;
        private @Nullable Producer producer;

        Calls(String server) {
            this.server = server;
        }

        @Override
        public Reply post(Map<String, String> headers, byte[] body, Abort abort) throws McpException {
            Producer http = producer();
            Exchange exchange = http.getEndpoint().createExchange();
            exchange.getMessage().setBody(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
            NEXT.set(new Sending(headers, abort));
            try {
                http.process(exchange);
                InputStream answer = exchange.getMessage().getBody(InputStream.class);
                return new Reply(
                        exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class),
                        exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, "", String.class),
                        answer == null ? InputStream.nullInputStream() : answer);
            } catch (Exception e) {
                throw explained(e);
            } finally {
                NEXT.remove();
            }
        }

        private synchronized Producer producer() {
            if (producer == null) {
                HttpRoute route = route(Objects.requireNonNull(servers.get(server)));
                try {
                    Producer made = Objects.requireNonNull(context)
                            .getEndpoint(route.getTargetHost().toURI()
                                    + "?httpMethod=POST&disableStreamCache=true&throwExceptionOnFailure=false"
                                    + "&skipRequestHeaders=true&skipControlHeaders=true&copyHeaders=false"
                                    + "&httpClientConfigurer=#" + configurer(server))
                            .createProducer();
                    ServiceHelper.startService(made);
                    producer = made;
                } catch (Exception e) {
                    throw new IllegalStateException("no way to " + server + ": " + e.getMessage(), e);
                }
            }
            return producer;
        }

        private McpException explained(Exception e) {
            String where = route(Objects.requireNonNull(servers.get(server)))
                    .getTargetHost()
                    .toURI();
            Optional<String> unreachable = Unreachable.why(e, where);
            if (e instanceof ConnectTimeoutException) {
                return new McpException(Kind.NOT_SENT, server + " did not accept a connection at " + where, e);
            } else if (e instanceof ConnectionRequestTimeoutException) {
                return new McpException(Kind.NOT_SENT, "all connections to " + server + " are taken", e);
            } else if (unreachable.isPresent()) {
                return new McpException(Kind.NOT_SENT, server + " cannot be reached: " + unreachable.get(), e);
            }
            return new McpException(Kind.UNANSWERED, server + " gave no answer: " + e.getMessage(), e);
        }
    }

    /** Makes a call exactly what was asked for. */
    private final class Call implements ExecChainHandler {

        private final McpSettings.Remote remote;
        private final String server;

        Call(String server, McpSettings.Remote remote) {
            this.server = server;
            this.remote = remote;
        }

        @Override
        public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
                throws IOException, HttpException {
            Sending sending = NEXT.get();
            NEXT.remove();
            request.setPath(remote.target());
            sending.headers().forEach(request::setHeader);
            remote.headers().forEach((name, secret) -> request.setHeader(name, plain(secret)));
            scope.clientContext.setRequestConfig(REQUEST);
            sending.abort().by(() -> AbortableCalls.abort(scope));
            try {
                ClassicHttpResponse response = chain.proceed(request, scope);
                HttpEntity entity = response.getEntity();
                if (entity != null) {
                    response.setEntity(new AbortableEntity(entity, () -> {}, scope.execRuntime));
                }
                return response;
            } catch (IllegalStateException e) {
                // HttpClient's word for a connection that was discarded while it was made.
                throw new IOException(server + " was not asked to the end", e);
            }
        }

        private String plain(Secret secret) {
            return secret.resolved(resolve);
        }
    }
}
