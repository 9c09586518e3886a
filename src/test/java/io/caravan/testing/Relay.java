package io.caravan.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a server on this machine, knows how many connections are open, and can fall silent: it still accepts
 * connections and reads them, but nothing is done and nothing comes back. Thread-safe.
 */
public final class Relay implements AutoCloseable {

    private final URI server;
    private final ServerSocket door;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile boolean silent;

    private Relay(URI server) {
        this.server = server;
        try {
            door = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(this::accept);
    }

    public static Relay before(URI server) {
        return new Relay(server);
    }

    /** The server's address, by way of this. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + door.getLocalPort() + server.getRawPath());
    }

    /** What comes from now on is lost, both ways. */
    public void fallSilent() {
        silent = true;
    }

    /** Connections that the client has not closed. */
    public int open() {
        return open.get();
    }

    /** Connections there have been. */
    public int accepted() {
        return accepted.get();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            accepted.incrementAndGet();
            open.incrementAndGet();
            run(() -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        try (Socket upstream = new Socket(server.getHost(), server.getPort());
                client) {
            sockets.add(client);
            sockets.add(upstream);
            run(() -> back(upstream, client));
            pass(client, upstream);
        } finally {
            open.decrementAndGet();
        }
    }

    private void back(Socket upstream, Socket client) throws IOException {
        pass(upstream, client);
        if (!silent) {
            client.close();
        }
    }

    private void pass(Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[8192];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            if (!silent) {
                out.write(buffer, 0, count);
                out.flush();
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // one side has closed
                    }
                },
                "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
