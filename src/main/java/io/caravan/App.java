package io.caravan;

import io.caravan.batch.Batches;
import io.caravan.batch.FanOut;
import io.caravan.camel.GracefulStop;
import io.caravan.camel.ProviderRoutes;
import io.caravan.camel.WebPort;
import io.caravan.camel.queue.QueueDoors;
import io.caravan.camel.reload.LiveRoutes;
import io.caravan.camel.reload.RouteFolders;
import io.caravan.camel.reload.RouteIds;
import io.caravan.camel.reload.RouteProblem;
import io.caravan.files.WorkDir;
import io.caravan.operate.Gauges;
import io.caravan.operate.StartMemory;
import io.caravan.operate.UnusedMemory;
import io.caravan.settings.Settings;
import jakarta.jms.ConnectionFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running program: Camel Main with the live routes, the one port, and the parts that outlive any route. */
public final class App implements AutoCloseable {

    /** The folder in the work dir where an embedded broker keeps its messages. */
    public static final String BROKER_FOLDER = "broker";

    private static final Logger LOG = LoggerFactory.getLogger(App.class);

    private final Settings settings;
    private final boolean doors;
    private final LiveRoutes routes;
    private final WorkDir workDir;
    private final Main main = new Main();
    private int managementPort;
    private @Nullable Parts parts;
    private @Nullable WebPort webPort;
    private boolean ready;

    private App(Settings settings, RouteFolders folders, boolean doors) throws IOException {
        this.settings = settings;
        this.doors = doors;
        this.routes = new LiveRoutes(folders, ProviderRoutes.of(settings.providers()));
        this.workDir = WorkDir.lock(
                settings.work().workDir(), doors ? WorkDir.Owner.TAKES_FILES : WorkDir.Owner.TAKES_NOTHING);
    }

    /**
     * Starts the program; it is ready when this returns.
     *
     * @throws StartException with one line that says what is wrong and where
     */
    public static App start(Settings settings, RouteFolders folders) throws StartException {
        return start(settings, folders, true);
    }

    /**
     * Starts the program for one batch: it listens on no port and takes nothing in, but works off the lines in the queue.
     *
     * @throws StartException with one line that says what is wrong and where
     */
    public static App startWithoutDoors(Settings settings, RouteFolders folders) throws StartException {
        return start(settings, folders, false);
    }

    private static App start(Settings settings, RouteFolders folders, boolean doors) throws StartException {
        settings.warnings().forEach(LOG::warn);
        App app;
        try {
            app = new App(settings, folders, doors);
        } catch (IOException | IllegalArgumentException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        try {
            app.run();
            return app;
        } catch (Exception e) {
            app.close();
            throw app.explained(e);
        }
    }

    private void run() {
        MainProperties properties = new MainProperties(settings);
        if (doors) {
            managementPort = properties.listen();
        } else {
            properties.closeDoors();
        }
        main.setDefaultPropertyPlaceholderLocation("false");
        main.setOverrideProperties(properties.all());
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport started) {
                bind(started.getCamelContext());
            }
        });
        main.configure().addRoutesBuilder(routes);
        main.start();
        ready = true;
        parts().mcp().start();
        // behind all else: queues can wait a moment, and what is in them may ask for tools of MCP servers
        parts().broker().start(parts().mcp()::known);
    }

    private void bind(CamelContext context) {
        settingsComeFirst(context);
        Parts made = Parts.of(settings, context::resolvePropertyPlaceholders);
        parts = made;
        context.getRegistry().bind("metricsRegistry", made.meters());
        Beans.bind(context, made);
        context.getManagementStrategy().addEventNotifier(new SimpleEventNotifierSupport() {
            @Override
            public void notify(CamelEvent event) {
                if (event.getType() == CamelEvent.Type.CamelContextStopping && !ready) {
                    made.broker().close(); // or its readers would wait for it, and the stop for them
                }
            }
        });
        WebPort port = WebPort.bind(context, made.vertx(), settings, doors);
        port.measure(new Gauges(made.meters()));
        webPort = port;
    }

    /** They hold what the environment says already, and what came later than that. */
    private static void settingsComeFirst(CamelContext context) {
        var placeholders = (PropertiesComponent) context.getPropertiesComponent();
        placeholders.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
        placeholders.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_FALLBACK);
    }

    /** What runs the routes. */
    CamelContext context() {
        return main.getCamelContext();
    }

    /** The parts of the running program. */
    Parts parts() {
        if (parts == null) {
            throw new IllegalStateException("not started");
        }
        return parts;
    }

    /** The port it listens on. */
    public int port() {
        return webPort == null ? settings.server().port() : webPort.number();
    }

    /** Connections to its broker; waits for it. */
    public ConnectionFactory queues() {
        return parts().broker().connections();
    }

    /** All that has to do with batches. */
    public Batches batches() {
        return parts().batches();
    }

    /**
     * Puts the lines of a batch that have still to be done into the queue; returns when all of them are.
     *
     * @throws StartException if the broker does not take them
     */
    public void queue(FanOut lines) throws StartException {
        try (ProducerTemplate template = main.getCamelContext().createProducerTemplate()) {
            template.sendBody("direct:fan-out", lines);
        } catch (CamelExecutionException | IOException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            throw new StartException("the lines cannot be queued: " + why.getMessage(), why);
        }
    }

    /** The port of health and metrics. */
    public int managementPort() {
        return managementPort;
    }

    /** How many routes there are, doors and their bodies counted once. */
    public long routes() {
        return main.getCamelContext().getRoutes().stream()
                .map(route -> RouteIds.shown(route.getId()))
                .distinct()
                .count();
    }

    /** Looks whether what it depends on can be used. */
    public Checks checks() {
        return new Checks(settings, parts(), main.getCamelContext()::resolvePropertyPlaceholders);
    }

    /** Gives the memory that only the start needed back to the system, once nobody waits for an answer; delays nothing. */
    public void settle() {
        new StartMemory(parts().admission(), UnusedMemory::giveBack).giveBack();
    }

    /** What is odd about the routes, one line each. */
    public List<String> routeWarnings() {
        return routes.warnings().stream().map(RouteProblem::message).toList();
    }

    /**
     * Stops it: no more is accepted, what runs may finish within the grace time, and what is left then is ended with a
     * typed error.
     */
    public void stop(Duration grace) {
        if (parts != null && webPort != null) {
            parts.batches().stop();
            new QueueDoors(context()).close();
            parts.stopWaiting();
            new GracefulStop(parts.admission(), webPort, context()).within(grace);
        }
        close();
    }

    @Override
    public void close() {
        CamelContext context = main.getCamelContext();
        Set<ExecutorService> threads =
                context == null ? Set.of() : context.getRegistry().findByType(ExecutorService.class);
        if (parts != null) {
            parts.stopWaiting();
        }
        try {
            main.stop();
        } catch (RuntimeException e) {
            LOG.warn("The routes did not stop cleanly", e);
        }
        threads.forEach(ExecutorService::shutdown);
        if (parts != null) {
            parts.close();
        }
        try {
            workDir.close();
        } catch (IOException e) {
            LOG.warn("The work dir could not be unlocked", e);
        }
    }

    private StartException explained(Exception e) {
        return routes.explain(e)
                .map(problem -> new StartException(problem.message(), e))
                .orElseGet(() -> StartException.of(e));
    }
}
