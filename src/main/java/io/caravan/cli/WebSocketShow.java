package io.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Asks over the WebSocket and prints the answer while it comes. */
final class WebSocketShow implements WebSocket.Listener {

    private static final JsonMapper JSON = new JsonMapper();

    private final StringBuilder frame = new StringBuilder();
    private boolean withinText;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private WebSocketShow() {}

    /** Returns when the request has ended. */
    static void ask(String url, Optional<String> token, String frame) throws FailedCommand {
        WebSocketShow show = new WebSocketShow();
        WebSocket.Builder handshake = HttpClient.newHttpClient().newWebSocketBuilder();
        token.ifPresent(secret -> handshake.header("Authorization", "Bearer " + secret));
        try {
            WebSocket socket = handshake.buildAsync(URI.create(url), show).join();
            socket.sendText(frame, true).join();
            show.ended.join();
            socket.abort();
        } catch (CompletionException e) {
            throw new FailedCommand("the WebSocket door did not answer: " + e.getCause());
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        frame.append(data);
        if (last) {
            show(frame.toString());
            frame.setLength(0);
        }
        socket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        ended.completeExceptionally(new IllegalStateException("closed with " + code + " " + reason));
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        ended.completeExceptionally(error);
    }

    private void show(String json) {
        try {
            JsonNode event = JSON.readTree(json);
            JsonNode piece = event.path("chunk").path("data");
            if (piece.isTextual()) {
                Terminal.sayOn(piece.asText());
                withinText = true;
                return;
            }
            Terminal.say((withinText ? "\n" : "") + "< " + json);
            withinText = false;
            String status = event.path("status").asText();
            if (!status.equals("processing") && !status.equals("chunk")) {
                ended.complete(null);
            }
        } catch (JsonProcessingException e) {
            ended.completeExceptionally(e);
        }
    }
}
