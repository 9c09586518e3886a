package io.caravan.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket client that sorts what it hears by {@code request_id}. Waiting for an event that does not come fails the
 * test after {@value Patience#SECONDS} seconds.
 */
public final class ChatClient implements WebSocket.Listener, AutoCloseable {

    /** The key of events without a request id. */
    public static final String NOBODY = "";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, BlockingQueue<JsonNode>> heard = new ConcurrentHashMap<>();
    private final List<String> frames = new ArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private @Nullable WebSocket socket;

    private ChatClient() {}

    public static ChatClient connect(URI uri) {
        ChatClient client = new ChatClient();
        client.socket = HTTP.newWebSocketBuilder().buildAsync(uri, client).join();
        return client;
    }

    /** An object to fill, for a payload. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    /** Sends a frame as it is. */
    public ChatClient send(String frame) {
        socket().sendText(frame, true).join();
        return this;
    }

    public ChatClient sendBinary(byte[] bytes) {
        socket().sendBinary(ByteBuffer.wrap(bytes), true).join();
        return this;
    }

    /** Sends an action without a payload. */
    public ChatClient send(String action, String id) {
        return send(object().put("action", action).put("request_id", id).toString());
    }

    /** Asks with a payload. */
    public ChatClient chat(String id, JsonNode payload) {
        ObjectNode frame = object().put("action", "chat").put("request_id", id);
        frame.set("payload", payload);
        return send(frame.toString());
    }

    /** Asks with a text. */
    public ChatClient chat(String id, String text) {
        return chat(id, object().put("text", text));
    }

    /** The next event of a request. */
    public JsonNode next(String id) {
        try {
            JsonNode event = of(id).poll(Patience.SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError(
                        "no event for \"" + id + "\" within " + Patience.SECONDS + " s; heard " + frames());
            }
            return event;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The events of a request up to the one of this status. */
    public List<JsonNode> until(String id, String status) {
        List<JsonNode> events = new ArrayList<>();
        do {
            events.add(next(id));
        } while (!last(events).path("status").asText().equals(status));
        return events;
    }

    /** All events of a request to its end. */
    public List<JsonNode> all(String id) {
        List<JsonNode> events = new ArrayList<>();
        do {
            events.add(next(id));
        } while (!ends(last(events)));
        return events;
    }

    /** The last event of a request. */
    public JsonNode end(String id) {
        return last(all(id));
    }

    /** The error a request ends with. */
    public JsonNode error(String id) {
        JsonNode end = end(id);
        if (!end.has("error")) {
            throw new AssertionError("ended without an error: " + end);
        }
        return end.get("error");
    }

    /** The last of the events. */
    public static JsonNode last(List<JsonNode> events) {
        return events.get(events.size() - 1);
    }

    /** The joined text of the chunks among the events. */
    public static String text(List<JsonNode> events) {
        StringBuilder text = new StringBuilder();
        events.stream()
                .map(event -> event.path("chunk"))
                .filter(chunk -> chunk.path("type").asText().equals("text"))
                .forEach(chunk -> text.append(chunk.path("data").asText()));
        return text.toString();
    }

    /** Whether nothing more was heard of a request than was taken. */
    public boolean silent(String id) {
        return of(id).isEmpty();
    }

    /** Everything heard so far, as it came. */
    public List<String> frames() {
        synchronized (frames) {
            return List.copyOf(frames);
        }
    }

    /** The code the connection is closed with. */
    public int closeCode() {
        return closed.orTimeout(Patience.SECONDS, TimeUnit.SECONDS).join();
    }

    /** Leaves without a word. */
    public void vanish() {
        socket().abort();
    }

    /** Leaves as the protocol has it. */
    @Override
    public void close() {
        if (!socket().isOutputClosed()) {
            socket().sendClose(WebSocket.NORMAL_CLOSURE, "")
                    .exceptionally(any -> socket())
                    .join();
        }
    }

    private static boolean ends(JsonNode event) {
        String status = event.path("status").asText();
        return status.equals("complete") || status.equals("error");
    }

    private BlockingQueue<JsonNode> of(String id) {
        return heard.computeIfAbsent(id, any -> new LinkedBlockingQueue<>());
    }

    private WebSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("not connected");
        }
        return socket;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            String frame = partial.toString();
            partial.setLength(0);
            synchronized (frames) {
                frames.add(frame);
            }
            JsonNode event = json(frame);
            of(event.path("request_id").asText(NOBODY)).add(event);
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }
}
