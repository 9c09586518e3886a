package io.caravan.packaged;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A client of the WebSocket door that keeps all events it is told, by request. Thread-safe. */
final class Caller implements WebSocket.Listener, AutoCloseable {

    static final JsonMapper JSON = new JsonMapper();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final StringBuilder frame = new StringBuilder();
    private final Map<String, List<JsonNode>> events = new ConcurrentHashMap<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final Consumer<JsonNode> listener;
    private CompletableFuture<WebSocket> last = CompletableFuture.failedFuture(new IllegalStateException("new"));

    private Caller(Consumer<JsonNode> listener) {
        this.listener = listener;
    }

    /** Connects, with names and values of headers in turn. */
    static Caller connect(String url, String... headers) {
        return connect(url, event -> {}, headers);
    }

    /** The same, told of each event in addition. */
    static Caller connect(String url, Consumer<JsonNode> listener, String... headers) {
        Caller caller = new Caller(listener);
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        caller.last = builder.buildAsync(URI.create(url), caller);
        caller.last.join();
        return caller;
    }

    /** Sends a frame after those before. */
    synchronized void send(String text) {
        last = last.thenCompose(socket -> socket.sendText(text, true));
    }

    /** Asks; what comes is found under the id. */
    void ask(String id, String text) {
        send("{\"action\":\"chat\",\"request_id\":\"" + id + "\",\"payload\":{\"text\":\"" + text + "\"}}");
    }

    /** What came for a request so far. */
    List<JsonNode> events(String id) {
        return events.getOrDefault(id, List.of());
    }

    /** Its text so far. */
    String text(String id) {
        return events(id).stream()
                .filter(event -> event.path("chunk").path("type").asText().equals("text"))
                .map(event -> event.path("chunk").path("data").asText())
                .collect(Collectors.joining());
    }

    /** Waits until the request's answer has begun. */
    void awaitChunk(String id) {
        await().failFast("the connection is closed", this::isClosed).until(() -> !text(id).isEmpty());
    }

    /** Waits for the request's last event. */
    JsonNode end(String id) {
        await().failFast("the connection is closed", () -> isClosed() && !hasEnded(id))
                .until(() -> hasEnded(id));
        List<JsonNode> all = events(id);
        return all.get(all.size() - 1);
    }

    /** The code and the reason, once the connection is closed. */
    CompletableFuture<String> closed() {
        return closed.copy();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** Whether the request's last event is there. */
    boolean hasEnded(String id) {
        List<JsonNode> all = events(id);
        return !all.isEmpty() && isEnd(all.get(all.size() - 1));
    }

    static boolean isEnd(JsonNode event) {
        String status = event.path("status").asText();
        return status.equals("complete") || status.equals("error");
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean whole) {
        frame.append(data);
        if (whole) {
            JsonNode event = parse(frame.toString());
            frame.setLength(0);
            events.computeIfAbsent(event.path("request_id").asText(), id -> new CopyOnWriteArrayList<>())
                    .add(event);
            listener.accept(event);
        }
        socket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        closed.complete(code + " " + reason);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        closed.complete(error.toString());
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON: " + json, e);
        }
    }

    @Override
    public void close() {
        last.thenAccept(WebSocket::abort).exceptionally(e -> null).join();
    }
}
