package io.caravan.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;

/**
 * A model's server that misbehaves to order, byte by byte on real sockets: one thread a connection. It speaks both wire
 * formats, by path, and lists one model; only questions take from what was ordered and are counted. Thread-safe.
 */
final class FaultServer implements AutoCloseable {

    private static final byte[] OLLAMA_MODELS = "{\"models\":[{\"name\":\"m\",\"model\":\"m\"}]}".getBytes(UTF_8);
    private static final byte[] OPENAI_MODELS = "{\"data\":[{\"id\":\"m\"}]}".getBytes(UTF_8);

    private final ServerSocket listening;
    private final String scheme;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Asked> asked = new ArrayList<>();
    private final Deque<Act> orders = new ArrayDeque<>();
    private Act forEver = Acts.answer();
    private final List<Long> left = new CopyOnWriteArrayList<>();
    private int accepted;
    private long sent;

    private FaultServer(String scheme, ServerSocketFactory sockets) {
        this.scheme = scheme;
        try {
            listening = sockets.createServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread("fault-server", this::accept);
    }

    static FaultServer start() {
        return new FaultServer("http", ServerSocketFactory.getDefault());
    }

    /** One that shows the certificate of this factory. */
    static FaultServer startTls(ServerSocketFactory sockets) {
        return new FaultServer("https", sockets);
    }

    /** Where it listens: the URL of a provider of type {@code ollama}. */
    URI url() {
        return URI.create(scheme + "://127.0.0.1:" + listening.getLocalPort());
    }

    /** The URL of a provider of this type. */
    URI url(String type) {
        return type.equals("ollama") ? url() : url().resolve("/v1");
    }

    /** Does this with the next questions, one after the other, and the last of it for ever. */
    synchronized void plays(Act... acts) {
        orders.clear();
        orders.addAll(List.of(acts));
        forEver = acts[acts.length - 1];
    }

    /** Forgets what was asked and ordered, and closes all connections. */
    synchronized void reset() {
        plays(Acts.answer());
        asked.clear();
        left.clear();
        accepted = 0;
        sent = 0;
        open.forEach(FaultServer::close);
    }

    /** The questions so far, the oldest first. */
    synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** When a caller left before the end of its answer, on the clock of {@link System#nanoTime()}. */
    List<Long> left() {
        return List.copyOf(left);
    }

    synchronized int accepted() {
        return accepted;
    }

    /** The bytes that were sent on connections that have ended. */
    synchronized long sent() {
        return sent;
    }

    int open() {
        return open.size();
    }

    @Override
    public void close() {
        close(listening);
        open.forEach(FaultServer::close);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                open.add(socket);
                int number = arrived();
                thread("fault-" + number, () -> serve(socket, number));
            } catch (IOException e) {
                // Closed, or a handshake that failed: the next one.
            }
        }
    }

    private synchronized int arrived() {
        return ++accepted;
    }

    private void serve(Socket socket, int number) {
        Line line = null;
        try (socket) {
            line = new Line(socket);
            for (int before = 0; !line.isClosed(); before++) {
                serve(line, number, before);
            }
        } catch (IOException e) {
            // The caller has left, or the handshake has failed.
        } finally {
            open.remove(socket);
            count(line == null ? 0 : line.sent());
        }
    }

    private void serve(Line line, int connection, int before) throws IOException {
        Line.Request request = line.request();
        if (request.method().equals("GET")) {
            byte[] models = Speech.of(request.path()) == Speech.OLLAMA ? OLLAMA_MODELS : OPENAI_MODELS;
            line.respond(200, models, "Content-Type: application/json");
            return;
        }
        Asked question = new Asked(request.path(), request.headers(), request.body(), connection, before);
        try {
            next(question).play(question, line);
        } catch (IOException e) {
            left.add(System.nanoTime());
            throw e;
        }
    }

    private synchronized Act next(Asked question) {
        asked.add(question);
        return orders.isEmpty() ? forEver : orders.remove();
    }

    private synchronized void count(long bytes) {
        sent += bytes;
    }

    private static void thread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(java.io.Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
