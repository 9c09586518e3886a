package io.caravan.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.limit.Times;
import io.caravan.mcp.McpException.Kind;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * The messages over one transport of the SDK: requests and their answers, matched by id, and what the server says by
 * itself. Thread-safe.
 *
 * <p>The SDK's own client would not do: it sends no {@code notifications/cancelled}, and does not follow a cursor that is an
 * empty text.
 */
final class SdkSession {

    private static final Logger LOG = LoggerFactory.getLogger(SdkSession.class);

    /** For what the server is only told; its connection would stay otherwise. */
    private static final Duration TELLING = Duration.ofSeconds(5);

    private static final String CANCELLED = "notifications/cancelled";

    private final String server;
    private final McpClientTransport transport;
    private final SdkFailures failures;
    private final HttpWatch watch;
    private final Runnable changed;
    private final AtomicLong ids = new AtomicLong();
    private final Map<String, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private volatile String version = "";
    private volatile Optional<String> ended = Optional.empty();
    private volatile boolean retired;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * A session that has not begun.
     *
     * @param watch knows the requests of a transport over HTTP
     * @param changed when the server says that its tools have changed, or stops to say anything
     */
    SdkSession(String server, McpClientTransport transport, HttpWatch watch, SdkFailures failures, Runnable changed) {
        this.watch = watch;
        this.server = server;
        this.transport = transport;
        this.failures = failures;
        this.changed = changed;
        transport.setExceptionHandler(thrown -> LOG.debug("{}: {}", server, thrown.toString()));
        watch.tell(this::answerEnded, changed);
    }

    /** The rest of the answer may be had later, if the server has said so. */
    private void answerEnded(String id, Resumption rest) {
        Runnable unanswered =
                () -> fail(id, new McpException(Kind.UNANSWERED, server + " ended the connection without an answer"));
        if (!rest.possible() || !waiting.containsKey(id)) {
            unanswered.run();
            return;
        }
        watch.resumed(id, rest::end);
        rest.start(
                "caravan-mcp-" + server + "-resume",
                () -> waiting.containsKey(id),
                message -> received(SdkTransports.message(message)),
                () -> {
                    unanswered.run();
                    watch.forget(id);
                });
    }

    /** Opens the transport; what the server writes is read from now on. */
    void connect(Duration timeout) throws McpException {
        try {
            transport.connect(messages -> messages.doOnNext(this::received)).block(timeout);
        } catch (RuntimeException e) {
            close();
            throw failures.of(e);
        }
    }

    /** The revision that goes with each message from now on. */
    void speak(String revision) {
        version = revision;
    }

    /** Asks, and waits for the result. */
    JsonNode request(McpRequest request) throws McpException {
        String id = Long.toString(ids.incrementAndGet());
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        Disposable sending = Disposables.disposed();
        waiting.put(id, answer);
        McpRequest.Hearing hearing = request.whenCancelled(answer::completeExceptionally);
        try {
            if (ended.isPresent()) {
                throw new McpException(Kind.NOT_SENT, ended.get());
            }
            JSONRPCRequest message =
                    new JSONRPCRequest(McpSchema.JSONRPC_VERSION, request.method(), id, withToken(request, id));
            sending = named(send(message), id)
                    .subscribe(sent -> {}, thrown -> answer.completeExceptionally(failures.of(thrown)));
            return answer.get(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            String why = "no answer within " + Times.plain(request.timeout());
            tellCancelled(request, id, why);
            throw new McpException(Kind.TIMED_OUT, server + " gave " + why, e);
        } catch (ExecutionException e) {
            McpException thrown = failures.of(e);
            if (thrown.kind() == Kind.CANCELLED) {
                tellCancelled(request, id, String.valueOf(thrown.getMessage()));
            }
            throw thrown;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            tellCancelled(request, id, "interrupted");
            throw new McpException(Kind.CANCELLED, "interrupted", e);
        } finally {
            hearing.close();
            if (!answer.isDone() || answer.isCompletedExceptionally()) {
                sending.dispose();
            }
            waiting.remove(id);
            watch.forget(id);
            closeIfRetired();
        }
    }

    private static Object withToken(McpRequest request, String id) {
        ObjectNode params = request.params().deepCopy();
        if (request.run().isPresent()) {
            params.withObject("/_meta").put("progressToken", id);
        }
        return params;
    }

    /** An initialize is never cancelled. */
    private void tellCancelled(McpRequest request, String id, String why) {
        if (!request.method().equals(McpSchema.METHOD_INITIALIZE)) {
            ObjectNode params = McpJson.object().put("requestId", id).put("reason", why);
            notify(CANCELLED, params);
        }
        watch.end(id);
    }

    /** Asks, and waits for no answer. */
    void ask(String method, ObjectNode params) {
        String id = Long.toString(ids.incrementAndGet());
        tell(new JSONRPCRequest(McpSchema.JSONRPC_VERSION, method, id, params));
    }

    /** Tells the server something, and does not wait. */
    void notify(String method, ObjectNode params) {
        tell(new JSONRPCNotification(McpSchema.JSONRPC_VERSION, method, params));
    }

    /** The server has a short time to take it. */
    private void tell(JSONRPCMessage message) {
        String id = "told-" + ids.incrementAndGet();
        named(send(message), id)
                .timeout(TELLING)
                .subscribe(sent -> {}, thrown -> LOG.debug("{} was not told: {}", server, thrown.toString()));
        watch.endLater(id, TELLING);
    }

    /** Lets the watch know the HTTP request by this id. */
    private static Mono<Void> named(Mono<Void> sending, String id) {
        return sending.contextWrite(context -> context.put(
                McpTransportContext.KEY, McpTransportContext.create(Map.of(WatchedHttpClient.REQUEST, id))));
    }

    private Mono<Void> send(JSONRPCMessage message) {
        Mono<Void> sending = transport.sendMessage(message);
        return version.isEmpty()
                ? sending
                : sending.contextWrite(context -> context.put(McpAsyncClient.NEGOTIATED_PROTOCOL_VERSION, version));
    }

    private void received(JSONRPCMessage message) {
        if (message instanceof JSONRPCResponse response) {
            answered(response);
        } else if (message instanceof JSONRPCRequest request) {
            asked(request);
        } else if (message instanceof JSONRPCNotification notification
                && notification.method().equals(McpSchema.METHOD_NOTIFICATION_TOOLS_LIST_CHANGED)) {
            changed.run();
        }
    }

    private void answered(JSONRPCResponse response) {
        CompletableFuture<JsonNode> answer = waiting.remove(String.valueOf(response.id()));
        if (answer == null) {
            return; // it comes too late
        }
        if (response.error() == null) {
            answer.complete(McpJson.MAPPER.valueToTree(response.result()));
        } else {
            answer.completeExceptionally(new McpError(
                            response.error().code(),
                            String.valueOf(response.error().message()),
                            MissingNode.getInstance())
                    .refusedBy(server));
        }
    }

    /** A client that declares no capabilities has to answer a ping, and nothing else. */
    private void asked(JSONRPCRequest request) {
        JSONRPCResponse answer = request.method().equals(McpSchema.METHOD_PING)
                ? JSONRPCResponse.result(request.id(), Map.of())
                : JSONRPCResponse.error(
                        request.id(), new JSONRPCResponse.JSONRPCError(-32601, "Method not found", null));
        tell(answer);
    }

    private void fail(String id, McpException why) {
        CompletableFuture<JsonNode> answer = waiting.remove(id);
        if (answer != null) {
            answer.completeExceptionally(why);
        }
    }

    /** The other side has ended: what waits fails now. */
    void ended(Kind kind, String why) {
        synchronized (waiting) {
            if (ended.isPresent()) {
                return;
            }
            ended = Optional.of(why);
        }
        waiting.values().forEach(answer -> answer.completeExceptionally(new McpException(kind, why)));
        changed.run();
    }

    Optional<String> hasEnded() {
        return ended;
    }

    /** No more requests are to come: it closes when those under way have ended. */
    void retire() {
        retired = true;
        closeIfRetired();
    }

    private void closeIfRetired() {
        if (retired && waiting.isEmpty()) {
            close();
        }
    }

    void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        ended = Optional.of(server + " was closed");
        waiting.values()
                .forEach(answer ->
                        answer.completeExceptionally(new McpException(Kind.UNANSWERED, server + " was closed")));
        transport.closeGracefully().subscribe(closed -> {}, thrown -> LOG.debug("{}: {}", server, thrown.toString()));
    }
}
