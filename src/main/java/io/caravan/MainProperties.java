package io.caravan;

import io.caravan.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Properties;

/** What Camel Main and the routes are told: the settings, and what follows from them. */
final class MainProperties {

    /** All endpoints but those that only this program itself asks; matches no id of a route. */
    private static final String DOORS = "(?!(?:direct|tool):|jms:(?://)?queue:caravan[.]batch)[a-z0-9-]+:.*";

    private final Settings settings;
    private final Properties properties;

    MainProperties(Settings settings) {
        this.settings = settings;
        this.properties = settings.properties();
        set("caravan.batch.readers", settings.batch().readers());
        set("caravan.queue.readers", settings.broker().readers());
    }

    /** Takes nothing in: no door is opened, and no port. */
    void closeDoors() {
        properties.setProperty("camel.management.enabled", "false");
        properties.setProperty("camel.main.autoStartupExcludePattern", DOORS);
    }

    /** Opens the doors; returns the port of health and metrics. */
    int listen() {
        int port = freeManagementPort();
        set("camel.management.port", port);
        return port;
    }

    Properties all() {
        return properties;
    }

    private void set(String name, int value) {
        properties.setProperty(name, Integer.toString(value));
    }

    /** Camel's management server logs that its port is taken, and goes on without it; of a free one it says nothing. */
    private int freeManagementPort() {
        int port = settings.server().managementPort();
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot listen on 127.0.0.1:" + port + " (" + e.getMessage()
                            + "): choose another caravan.management.port",
                    e);
        }
    }
}
