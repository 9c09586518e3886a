package io.caravan.cli;

import io.caravan.App;
import io.caravan.StartException;
import io.caravan.camel.reload.RouteFolders;
import io.caravan.settings.Settings;
import jakarta.jms.ConnectionFactory;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;

/** A program that runs until a signal ends it: the first one gracefully, the second one at once. */
final class Running {

    private final Settings settings;
    private final App app;
    private final CountDownLatch stop;

    private Running(Settings settings, App app, CountDownLatch stop) {
        this.settings = settings;
        this.app = app;
        this.stop = stop;
    }

    static Running start(Settings settings, RouteFolders routes) throws FailedCommand {
        CountDownLatch stop = new CountDownLatch(1);
        listenTo("TERM", stop, 143);
        listenTo("INT", stop, 130);
        App app = app(settings, routes);
        app.settle();
        return new Running(settings, app, stop);
    }

    /** The program, started; whoever asks has to stop it. */
    static App app(Settings settings, RouteFolders routes) throws FailedCommand {
        try {
            return App.start(settings, routes);
        } catch (StartException e) {
            throw new FailedCommand(String.valueOf(e.getMessage()));
        }
    }

    /** Looks whether the providers can be asked, and warns in the log where not; delays nothing. */
    void preflight() {
        app.checks().providers().inBackground();
    }

    /** Returns when a signal came and everything has come to its end. */
    void untilStopped() throws InterruptedException {
        stop.await();
        app.stop(settings.shutdownGrace());
    }

    /** Ends it, as a signal would. */
    void stop() {
        stop.countDown();
    }

    /** Whether it has been told to end. */
    boolean stopping() {
        return stop.getCount() == 0;
    }

    String webSocketUrl() {
        return (settings.server().tls().isPresent() ? "wss://" : "ws://") + authority() + "/ws/chat";
    }

    /** Connections to its broker. */
    ConnectionFactory queues() {
        return app.queues();
    }

    String managementUrl() {
        return "http://127.0.0.1:" + app.managementPort();
    }

    String startedIn() {
        long millis = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        return "started in " + millis + " ms";
    }

    private String authority() {
        String host = settings.server().host();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + app.port();
    }

    /** From here on a signal counts {@code stop} down; a second one ends the process at once. */
    static void listenTo(String signal, CountDownLatch stop, int exitCode) {
        Signals.on(signal, () -> {
            if (stop.getCount() == 0) {
                Runtime.getRuntime().halt(exitCode);
            }
            stop.countDown();
        });
    }
}
