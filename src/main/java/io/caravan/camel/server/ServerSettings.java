package io.caravan.camel.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the one port listens and what it takes in.
 *
 * @param host name or address to bind; anything but loopback demands an {@link Access} with a token
 * @param port 1 to 65535, or 0 for any free one
 * @param access who may come in
 * @param maxBodyBytes the longest body of an HTTP request; a longer one is answered with 413
 * @param maxMessageBytes the longest WebSocket message and frame; a longer one ends its connection with 1009
 * @param tls certificate and key; without them the port speaks plain HTTP
 * @param eventLoops how many event loops share the connections, from 1
 */
public record ServerSettings(
        String host,
        int port,
        Access access,
        long maxBodyBytes,
        int maxMessageBytes,
        Optional<Tls> tls,
        int eventLoops) {

    /** A certificate (with its chain) and its private key, as PEM files. */
    public record Tls(Path certificate, Path key) {}

    public ServerSettings {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("caravan.port must be 0 to 65535, not " + port);
        }
        if (eventLoops < 1) {
            throw new IllegalArgumentException("At least one event loop has to share the connections");
        }
        if (maxBodyBytes < 1 || maxMessageBytes < 1) {
            throw new IllegalArgumentException("The limits of a body and a message must be at least one byte");
        }
        if (!access.needsToken() && !loopback(host)) {
            throw new IllegalArgumentException("caravan.host=" + host
                    + " can be reached from elsewhere: set a token with caravan.auth.token.NAME, or bind 127.0.0.1");
        }
    }

    /** Whether a URI that names this host and port means this server, by whatever name it calls it. */
    public boolean means(String otherHost, int otherPort, int actualPort) {
        return (otherPort == port || otherPort == actualPort)
                && (host.equalsIgnoreCase(otherHost) || wildcard(host) || (loopback(host) && loopback(otherHost)));
    }

    private static boolean wildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
