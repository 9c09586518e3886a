package io.caravan.cli;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Asks over the WebSocket, one question after the other, and does not care for the answers. */
final class QuietClient implements WebSocket.Listener {

    private final StringBuilder frame = new StringBuilder();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private int left;

    private QuietClient(int questions) {
        this.left = questions;
    }

    /** So many callers ask so many questions each. Returns when all have been answered, or a minute later. */
    static void ask(String url, int callers, int questions) {
        CompletableFuture.allOf(Stream.generate(() -> new QuietClient(questions))
                        .limit(callers)
                        .map(client -> client.ask(url))
                        .toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, 1, TimeUnit.MINUTES)
                .join();
    }

    private CompletableFuture<Void> ask(String url) {
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(url), this)
                .join();
        next(socket);
        return ended.whenComplete((done, failure) -> socket.abort());
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
