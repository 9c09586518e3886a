package io.caravan.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where Caravan listens, and who may come in. Anything but loopback needs a token.
 *
 * @param port 0 lets the system choose a free one; so for {@code managementPort}, which is always on loopback
 * @param allowedOrigins origins of browser pages, in lower case; {@code *} is any
 * @param tokens by the name of their owner; empty: everyone may come in
 */
public record ServerSettings(
        String host,
        int port,
        int managementPort,
        List<String> allowedOrigins,
        Map<String, Secret> tokens,
        Optional<TlsSettings> tls) {

    public ServerSettings {
        allowedOrigins = List.copyOf(allowedOrigins);
        tokens = Collections.unmodifiableMap(new LinkedHashMap<>(tokens));
        if (port != 0 && port == managementPort) {
            throw new SettingsException(
                    "caravan.management.port and caravan.port must not be the same",
                    List.of("caravan.management.port", "caravan.port"));
        }
        if (new HashSet<>(tokens.values()).size() < tokens.size()) {
            throw new SettingsException(
                    "two of the caravan.auth.token.* are the same: who comes in could not be told",
                    tokens.keySet().stream()
                            .map(name -> "caravan.auth.token." + name)
                            .toList());
        }
        if (tokens.isEmpty() && !loopback(host)) {
            throw new SettingsException(
                    "caravan.host: \"" + host + "\" can be reached from other machines, which needs a token: set"
                            + " caravan.auth.token.NAME, or listen on 127.0.0.1",
                    List.of("caravan.host"));
        }
    }

    /** Whether only this machine itself can reach {@code host}. Other names are never looked up: they are not. */
    static boolean loopback(String host) {
        if (host.equalsIgnoreCase("localhost") || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}")) {
            return true;
        }
        try {
            return host.contains(":") && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
