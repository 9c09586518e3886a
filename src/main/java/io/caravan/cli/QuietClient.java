package io.caravan.cli;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Asks over the WebSocket, one question after the other, and listens to no answer. */
final class QuietClient implements WebSocket.Listener {

    private final StringBuilder frame = new StringBuilder();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private int left;

    private QuietClient(int questions) {
        this.left = questions;
    }

    /** Returns when all have been answered, or a minute later. */
    static void ask(String url, int questions) {
        QuietClient client = new QuietClient(questions);
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(url), client)
                .join();
        client.next(socket);
        client.ended.completeOnTimeout(null, 1, TimeUnit.MINUTES).join();
        socket.abort();
    }

    private void next(WebSocket socket) {
        if (left-- == 0) {
            ended.complete(null);
            return;
        }
        CompletableFuture<WebSocket> unused = socket.sendText(
                "{\"action\":\"chat\",\"request_id\":\"" + left + "\",\"payload\":{\"text\":\"Why is the sky blue?\"}}",
                true);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        frame.append(data);
        if (last) {
            boolean end = frame.indexOf("\"status\":\"complete\"") > 0 || frame.indexOf("\"status\":\"error\"") > 0;
            frame.setLength(0);
            if (end) {
                next(socket);
            }
        }
        socket.request(1);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        ended.complete(null);
    }
}
