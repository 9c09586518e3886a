package io.caravan.camel;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import io.caravan.limit.Deadlines;
import io.caravan.limit.Times;
import io.caravan.llm.Attempt;
import io.caravan.llm.Unreachable;
import io.caravan.settings.ProviderSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.util.Timeout;

/**
 * Makes a call one that goes to the server of its attempt and can be broken off from another thread, and says plainly why
 * it could not be made.
 *
 * <p>HttpClient drains what is left of an answer when it is closed, which would let a model write on to its end: the
 * connection of an answer that was not read to its end is discarded instead.
 */
final class AbortableCalls implements ExecChainHandler {

    /** How long a call that no attempt watches, such as that for the list of models, may take altogether. */
    private static final Duration UNWATCHED = Duration.ofSeconds(10);

    private final ProviderSettings provider;
    private final List<Destination> servers;
    private final ThreadLocal<Attempt> attempts;
    private final Deadlines deadlines;
    private final Duration patience;
    private final RequestConfig watched;
    private final RequestConfig unwatched;

    /** @param servers those of the provider, in the same order */
    AbortableCalls(
            ProviderSettings provider, List<Destination> servers, ThreadLocal<Attempt> attempts, Deadlines deadlines) {
        this.provider = provider;
        this.servers = List.copyOf(servers);
        this.attempts = attempts;
        this.deadlines = deadlines;
        this.patience = Collections.min(List.of(UNWATCHED, provider.firstByteTimeout()));
        RequestConfig.Builder config = RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(provider.acquireTimeout()))
                .setRedirectsEnabled(false)
                .setAuthenticationEnabled(false);
        this.watched = config.setResponseTimeout(Timeout.DISABLED).build();
        this.unwatched = config.setResponseTimeout(Timeout.of(patience)).build();
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope planned, ExecChain chain)
            throws IOException, HttpException {
        Attempt attempt = attempts.get();
        attempts.remove();
        Destination server = servers.get(attempt == null ? 0 : attempt.server().index());
        server.redirect(request, servers.get(0));
        ExecChain.Scope scope = new ExecChain.Scope(
                planned.exchangeId,
                server.route(),
                planned.originalRequest,
                planned.execRuntime,
                planned.clientContext);
        scope.clientContext.setRequestConfig(attempt == null ? unwatched : watched);
        if (attempt == null) {
            return inTime(request, scope, chain);
        }
        StaleConnections.watch(scope.clientContext, attempt);
        attempt.abortBy(() -> abort(scope));
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            attempt.server().answered(lowerCase(response));
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                response.setEntity(new AbortableEntity(entity, attempt.silence()::heard, scope.execRuntime));
            }
            return response;
        } catch (IOException e) {
            throw attempt.server().failed(attempt.aborted().orElseGet(() -> explained(e, server)));
        } catch (HttpException e) {
            throw attempt.server()
                    .failed(attempt.aborted()
                            .orElseGet(() -> StreamException.protocol(
                                    provider.name() + " did not answer in HTTP: " + e.getMessage(), e)));
        } catch (IllegalStateException e) {
            // HttpClient's word for a connection that was discarded while it was made.
            throw attempt.aborted()
                    .<RuntimeException>map(attempt.server()::failed)
                    .orElse(e);
        }
    }

    /** The client's own timeout begins anew with each byte. */
    private ClassicHttpResponse inTime(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Future<?> timer = deadlines.after(patience, () -> abort(scope));
        boolean reads = false;
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            HttpEntity entity = response.getEntity();
            if (entity != null) {
                response.setEntity(new TimedEntity(entity, timer));
                reads = true;
            }
            return response;
        } finally {
            if (!reads) {
                timer.cancel(false);
            }
        }
    }

    /** Breaks a call off, from any thread; its connection is not used again. */
    static void abort(ExecChain.Scope scope) {
        if (scope.originalRequest instanceof Cancellable request) {
            request.cancel();
        }
        scope.execRuntime.discardEndpoint();
    }

    private static Map<String, String> lowerCase(ClassicHttpResponse response) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            headers.put(header.getName().toLowerCase(Locale.ROOT), String.valueOf(header.getValue()));
        }
        return headers;
    }

    private CaravanException explained(IOException e, Destination server) {
        if (e instanceof ConnectionRequestTimeoutException) {
            return UnavailableException.inVain(
                    ErrorCode.OVERLOADED,
                    "all " + provider.maxConnections() + " connections to " + provider.name() + " were taken for "
                            + Times.plain(provider.acquireTimeout()) + " (acquire-timeout)",
                    e);
        }
        return new UnavailableException(
                ErrorCode.PROVIDER_UNAVAILABLE, provider.name() + " " + reason(e, server.where()), e);
    }

    private String reason(IOException e, String where) {
        if (e instanceof ConnectTimeoutException) {
            return "did not accept a connection within " + Times.plain(provider.connectTimeout())
                    + " (connect-timeout) at " + where;
        }
        Optional<String> unreachable = Unreachable.why(e, where);
        if (unreachable.isPresent()) {
            return "cannot be reached: " + unreachable.get();
        } else if (e instanceof NoHttpResponseException) {
            return "closed the connection without an answer";
        }
        return "broke the connection off before its answer: " + e.getMessage();
    }
}
