package io.caravan.camel.websocket;

import io.caravan.camel.websocket.Inbox.Event;
import io.caravan.failure.CancelledException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.SocketAddress;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.vertx.websocket.VertxWebsocketEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One peer: what it says goes to the routes in order, what they say goes to it within bounds. Any thread may send to
 * it and close it.
 */
final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Buffer NOTHING = Buffer.buffer();

    /** How long a peer may take to answer our close. */
    private static final long CLOSING_SECONDS = 2;

    private final String key = UUID.randomUUID().toString();
    private final ServerWebSocket socket;
    private final ChannelHandlerContext channel;
    private final Optional<String> caller;
    private final WebSocketSettings settings;
    private final Door door;
    private final Outbox outbox;
    private final Inbox inbox;
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private volatile long heardAt = System.nanoTime();

    Connection(
            ServerWebSocket socket,
            ChannelHandlerContext channel,
            Optional<String> caller,
            WebSocketSettings settings,
            Executor executor,
            Door door) {
        this.socket = socket;
        this.channel = channel;
        this.caller = caller;
        this.settings = settings;
        this.door = door;
        this.outbox = new Outbox(channel, settings);
        this.inbox = new Inbox(settings.maxUnprocessed(), executor, new SocketReading(), door::held, this::deliver);
    }

    /** Begins to listen to the peer; {@code onClose} runs when it has left. Event loop only. */
    void open(Runnable onClose) {
        socket.textMessageHandler(text -> heard(new Event(VertxWebsocketEvent.MESSAGE, text)));
        socket.binaryMessageHandler(bytes -> heard(new Event(VertxWebsocketEvent.MESSAGE, bytes.getBytes())));
        socket.pongHandler(pong -> heardAt = System.nanoTime());
        socket.drainHandler(writable -> outbox.drain());
        socket.exceptionHandler(this::failed);
        socket.closeHandler(closed -> {
            onClose.run();
            outbox.abandon();
            inbox.add(new Event(VertxWebsocketEvent.CLOSE, null));
        });
        channel.pipeline().addBefore(channel.name(), "violations", new ProtocolViolations(outbox::abandon));
        // Vert.x would put U+FFFD for what is no UTF-8, and the model would read what nobody wrote.
        channel.pipeline().addBefore("violations", "utf8", new Utf8FrameValidator(false));
        inbox.add(new Event(VertxWebsocketEvent.OPEN, null));
    }

    /** The name under which routes reply. */
    String key() {
        return key;
    }

    /** Whose token the peer came with, where tokens are set. */
    Optional<String> caller() {
        return caller;
    }

    SocketAddress remoteAddress() {
        return socket.remoteAddress();
    }

    long waitingBytes() {
        return outbox.waitingBytes();
    }

    Door door() {
        return door;
    }

    /** Goes on handing over what came while the door was held. */
    void release() {
        inbox.run();
    }

    /**
     * Puts a text message on its way. Waits where the peer has left its bound of bytes unread.
     *
     * @throws CancelledException if the peer has left, or is cut off for reading too little for too long
     */
    void send(byte[] utf8) {
        if (!outbox.send(utf8)) {
            cutOff(
                    1008,
                    "slow reader: " + bytes(settings.maxWaitingBytes()) + " unread for "
                            + settings.slowReaderGrace().toMillis() / 1000.0 + " s");
            throw new CancelledException("The caller reads too slowly and was cut off", false);
        }
    }

    /** Sends a ping, or cuts the peer off where it has been silent for too long; nothing where the connection ends already. */
    void ping() {
        if (outbox.closed()) {
            return;
        }
        long now = System.nanoTime();
        if (inbox.paused()) {
            // We do not read it, so it cannot be blamed.
            heardAt = now;
        } else if (now - heardAt > 2 * settings.pingInterval().toNanos()) {
            cutOff(1008, "no pong for " + settings.pingInterval().toMillis() * 2 / 1000.0 + " s");
            return;
        }
        socket.writePing(NOTHING);
    }

    /** Closes after all that was sent; done when the peer has left and the routes know. */
    CompletableFuture<Void> close(int code, String reason) {
        onEventLoop(() -> {
            outbox.finish();
            closeSocket(code, reason);
        });
        return left;
    }

    /** Closes before what was sent and not yet read, and frees it. */
    private void cutOff(int code, String reason) {
        LOG.info("Cut off WebSocket connection {} from {}: {}", key, remoteAddress(), reason);
        outbox.abandon();
        onEventLoop(() -> closeSocket(code, reason));
    }

    private void closeSocket(int code, String reason) {
        socket.close((short) code, reason);
        // A peer that reads nothing never sees the close and never answers it.
        var unused = channel.executor().schedule(this::dropSocket, CLOSING_SECONDS, TimeUnit.SECONDS);
    }

    private void dropSocket() {
        ChannelFuture unused = channel.close();
    }

    private void heard(Event event) {
        heardAt = System.nanoTime();
        inbox.add(event);
    }

    private void failed(Throwable failure) {
        // Vert.x drops a message that is too long, says so with this exception, and leaves the connection open.
        if (failure instanceof IllegalStateException) {
            outbox.abandon();
            closeSocket(1009, "message too long");
        } else {
            LOG.debug("WebSocket connection {} failed", key, failure);
        }
    }

    private void deliver(Event event) {
        try {
            door.deliver(this, event);
        } finally {
            if (event.kind() == VertxWebsocketEvent.CLOSE) {
                left.complete(null);
            }
        }
    }

    private void onEventLoop(Runnable task) {
        channel.executor().execute(task);
    }

    private static String bytes(long bytes) {
        return bytes % (1 << 20) == 0 ? (bytes >> 20) + " MiB" : bytes + " bytes";
    }

    private final class SocketReading implements Inbox.Reading {

        @Override
        public void pause() {
            socket.pause();
        }

        @Override
        public void resume() {
            socket.resume();
        }

        @Override
        public void onEventLoop(Runnable task) {
            Connection.this.onEventLoop(task);
        }
    }
}
