package io.caravan.mcp;

import io.modelcontextprotocol.spec.HttpHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's client, watched: it tells when the answer to a request has ended, and where its rest can be had. The SDK does
 * not, so that a call whose server dies would wait until its time is over.
 */
final class WatchedHttpClient extends HttpClient {

    /** Names the request to the watch; it never leaves the program. */
    static final String REQUEST = "Caravan-Request";

    private static final Duration LEAVING = Duration.ofSeconds(5);

    private final HttpClient client;
    private final HttpWatch watch;

    private WatchedHttpClient(HttpClient client, HttpWatch watch) {
        this.client = client;
        this.watch = watch;
    }

    /**
     * What seems to make a client for a transport, but takes one that there is: each of them keeps a thread and idle
     * connections.
     */
    static HttpClient.Builder builder(HttpClient client, HttpWatch watch) {
        return (HttpClient.Builder) Proxy.newProxyInstance(
                WatchedHttpClient.class.getClassLoader(),
                new Class<?>[] {HttpClient.Builder.class},
                (proxy, method, arguments) ->
                        method.getName().equals("build") ? new WatchedHttpClient(client, watch) : proxy);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        Optional<String> id = request.headers().firstValue(REQUEST);
        if (id.isEmpty()) {
            return client.sendAsync(request.method().equals("DELETE") ? hurried(request) : request, handler);
        }
        HttpRequest sent = HttpRequest.newBuilder(request, (name, value) -> !name.equalsIgnoreCase(REQUEST))
                .build();
        EventTail tail = new EventTail();
        if (!request.method().equals("POST")) {
            return client.sendAsync(sent, info -> new Watched<>(reader(sent, info, handler), tail, watch::streamEnded));
        }
        Resumption rest = new Resumption(client, sent, tail);
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(sent, info -> {
            Watched<T> reader =
                    new Watched<>(reader(sent, info, handler), tail, () -> watch.answerEnded(id.get(), rest));
            watch.answered(id.get(), reader::end);
            return reader;
        });
        watch.sent(id.get(), () -> answer.cancel(true));
        return answer;
    }

    /**
     * Fails the one request whose session the server does not know. The SDK would break off all that are under way in that
     * session, and some of them may have been heard before it was lost.
     */
    private static <T> BodySubscriber<T> reader(HttpRequest request, ResponseInfo info, BodyHandler<T> handler) {
        boolean lost = (info.statusCode() == 400 || info.statusCode() == 404)
                && request.headers().firstValue(HttpHeaders.MCP_SESSION_ID).isPresent();
        return lost
                ? BodySubscribers.mapping(BodySubscribers.discarding(), nothing -> {
                    throw new UncheckedIOException(new SessionForgotten());
                })
                : handler.apply(info);
    }

    /** The server does not know the session of a request, and has done nothing. */
    static final class SessionForgotten extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** Nobody waits for the end of a session: without a limit the connection would stay. */
    private static HttpRequest hurried(HttpRequest request) {
        return HttpRequest.newBuilder(request, (name, value) -> true)
                .timeout(LEAVING)
                .build();
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return client.send(request, handler);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, PushPromiseHandler<T> pushes) {
        return client.sendAsync(request, handler, pushes);
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }

    /** Passes an answer on, and tells of its end. */
    private static final class Watched<T> implements BodySubscriber<T> {

        private final BodySubscriber<T> reader;
        private final EventTail tail;
        private final Runnable ended;
        private Flow.@Nullable Subscription subscription;

        Watched(BodySubscriber<T> reader, EventTail tail, Runnable ended) {
            this.reader = reader;
            this.tail = tail;
            this.ended = ended;
        }

        @Override
        public CompletionStage<T> getBody() {
            return reader.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            synchronized (this) {
                this.subscription = subscription;
            }
            reader.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> bytes) {
            bytes.forEach(tail::came);
            reader.onNext(bytes);
        }

        @Override
        public void onError(Throwable thrown) {
            reader.onError(thrown);
            ended.run();
        }

        @Override
        public void onComplete() {
            reader.onComplete();
            ended.run();
        }

        /** Reads no further, which closes the connection. */
        synchronized void end() {
            if (subscription != null) {
                subscription.cancel();
            }
            reader.onError(new IOException("not read to its end"));
        }
    }
}
