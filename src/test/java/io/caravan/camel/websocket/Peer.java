package io.caravan.camel.websocket;

import io.caravan.testing.Patience;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A well-behaved WebSocket client that remembers what it was told. */
final class Peer implements WebSocket.Listener, AutoCloseable {

    /** How a connection ended. */
    record End(int code, String reason) {}

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private @Nullable WebSocket socket;

    static Peer connect(WebSocket.Builder builder, URI uri) {
        Peer peer = new Peer();
        peer.socket = builder.buildAsync(uri, peer).join();
        return peer;
    }

    WebSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("Not connected");
        }
        return socket;
    }

    Peer say(String text) {
        socket().sendText(text, true).join();
        return this;
    }

    Peer say(byte[] bytes) {
        socket().sendBinary(ByteBuffer.wrap(bytes), true).join();
        return this;
    }

    String hear() throws InterruptedException {
        String text = heard.poll(Patience.SECONDS, TimeUnit.SECONDS);
        if (text == null) {
            throw new AssertionError("Heard nothing for " + Patience.SECONDS + " s");
        }
        return text;
    }

    boolean heardNothing() {
        return heard.isEmpty();
    }

    End end() throws Exception {
        return end.get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            heard.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        end.complete(new End(code, reason));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        end.completeExceptionally(error);
    }

    @Override
    public void close() {
        socket().sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }
}
