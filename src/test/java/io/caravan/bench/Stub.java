package io.caravan.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.caravan.bench.StubConnection.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * A model server that costs as little as possible: {@code /api/chat} (NDJSON) and {@code /v1/chat/completions} (SSE),
 * every chunk carrying its send time, on loopback. One thread reads requests and sends the first chunk of each answer,
 * one sends the rest. {@code /stub/script?chunks=N&rate=R} sets what later requests get, {@code /stub/counters} tells
 * what was seen.
 */
final class Stub {

    private final Counters counters = new Counters();
    private final Pacer pacer = new Pacer(counters);
    private final Map<Wire, StampedBytes> heads = new EnumMap<>(Wire.class);
    private final ByteBuffer arrived = ByteBuffer.allocateDirect(1 << 16);
    private final Selector selector;
    private final ServerSocketChannel server;
    private volatile Script script = new Script(500, 50);

    private Stub(int port) throws IOException {
        selector = Selector.open();
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4096);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
        for (Wire wire : Wire.values()) {
            heads.put(wire, wire.head());
        }
    }

    /** Arguments: the port (0: any), and where to put the certificate of the TLS port. Prints both ports when ready. */
    public static void main(String[] arguments) throws Exception {
        QuietLogs.set();
        Stub stub = new Stub(Integer.parseInt(arguments[0]));
        TlsStub tls = new TlsStub(Path.of(arguments[1]), () -> stub.script, stub.counters);
        System.out.println("ready " + stub.server.socket().getLocalPort() + " " + tls.port());
        stub.run();
    }

    private void run() throws IOException {
        pacer.start();
        while (server.isOpen()) {
            selector.select(this::handle);
        }
    }

    private void handle(SelectionKey key) {
        if (key.isAcceptable()) {
            accept();
        } else if (key.attachment() instanceof StubConnection connection) {
            read(connection);
        }
    }

    private void accept() {
        try {
            for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.register(selector, SelectionKey.OP_READ, new StubConnection(channel));
                counters.connections.incrementAndGet();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The stub cannot accept; are there enough file descriptors?", e);
        }
    }

    private void read(StubConnection connection) {
        try {
            arrived.clear();
            if (connection.channel.read(arrived) < 0) {
                close(connection);
                return;
            }
            connection.append(arrived.flip());
            var request = connection.request();
            if (request.isPresent()) {
                answer(connection, request.get());
            }
        } catch (IOException e) {
            close(connection);
        }
    }

    private void close(StubConnection connection) {
        if (connection.answering()) {
            Objects.requireNonNull(connection.answer).ended = true;
            counters.aborts.incrementAndGet();
        }
        try {
            connection.channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(StubConnection connection, Request request) throws IOException {
        switch (request.path()) {
            case "/api/chat" -> stream(connection, Wire.OLLAMA);
            case "/v1/chat/completions" -> stream(connection, Wire.OPENAI);
            case "/stub/script" -> {
                script = Pages.script(request.query());
                System.gc(); // between two measurements rather than in one
                page(connection, request.path());
            }
            default -> page(connection, request.path());
        }
    }

    private void stream(StubConnection connection, Wire wire) throws IOException {
        counters.requests.incrementAndGet();
        PacedAnswer answer = new PacedAnswer(connection.channel, wire, script);
        connection.answer = answer;
        connection.channel.write(Objects.requireNonNull(heads.get(wire)).at(System.nanoTime()));
        pacer.accept(answer);
    }

    private void page(StubConnection connection, String path) throws IOException {
        connection.channel.write(ByteBuffer.wrap(Pages.response(path, counters).getBytes(US_ASCII)));
    }
}
