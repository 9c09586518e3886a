package io.caravan.camel;

import io.caravan.llm.Attempt;
import java.io.IOException;
import java.net.SocketException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;

/**
 * Repeats a call at once, and once only, on a fresh connection where one that was used before turns out to be gone:
 * servers, and what stands before them, close connections between requests. It says nothing about the model, so the
 * breaker never hears of it; it is counted as an attempt, since the server may have seen it.
 */
final class StaleConnections implements ExecChainHandler {

    private static final String ATTEMPT = "caravan.attempt";

    private final Runnable forgetIdle;

    /** @param forgetIdle closes the other idle connections, which may well be gone too */
    StaleConnections(Runnable forgetIdle) {
        this.forgetIdle = forgetIdle;
    }

    /** The call with this context is that of the attempt. */
    static void watch(HttpClientContext context, Attempt attempt) {
        context.setAttribute(ATTEMPT, attempt);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        try {
            return chain.proceed(request, scope);
        } catch (IOException e) {
            Attempt attempt = scope.clientContext.getAttribute(ATTEMPT, Attempt.class);
            boolean repeats = attempt != null && attempt.aborted().isEmpty() && isStale(e, scope.clientContext);
            if (!repeats) {
                throw e;
            }
            forgetIdle.run();
            attempt.repeated();
            return chain.proceed(fresh(request), scope);
        }
    }

    /** Without what the client has added of the body's length, which it will not see twice. */
    private static ClassicHttpRequest fresh(ClassicHttpRequest sent) {
        ClassicHttpRequest again = ClassicRequestBuilder.copy(sent).build();
        again.removeHeaders(HttpHeaders.CONTENT_LENGTH);
        again.removeHeaders(HttpHeaders.TRANSFER_ENCODING);
        return again;
    }

    private static boolean isStale(IOException e, HttpClientContext context) {
        EndpointDetails connection = context.getEndpointDetails();
        boolean wasUsedBefore = connection != null && connection.getRequestCount() > 1;
        return wasUsedBefore
                && (e instanceof NoHttpResponseException
                        || e instanceof ConnectionClosedException
                        || e instanceof SocketException);
    }
}
