package io.caravan.camel.reload;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of a set of folders, as long as Camel runs: loaded at its start, and brought in line with the files
 * whenever these change, within a second. Messages in flight finish on the version they began with, and none is lost
 * or refused on the way. A file that cannot be taken changes nothing: its last good version runs on, and one line says
 * why.
 *
 * <p>Give it to Camel before the start, with {@link #load} or {@code addRoutesBuilder}; it stops with the context.
 */
public final class LiveRoutes implements RoutesBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);
    private static final long LOOK_MILLIS = 200;

    private final RouteFolders folders;
    private final List<TemplateInstance> instances;
    private final FolderWatch watch;

    private final RouteFiles files;
    private final Map<Path, RouteProblem> doors = new TreeMap<>();
    private boolean folderLost;
    private volatile boolean running;
    private volatile List<RouteProblem> problems = List.of();
    private volatile List<RouteProblem> warnings = List.of();

    private @Nullable RouteSwap swap;
    private @Nullable ModelCamelContext camel;

    /**
     * Names the files, and the routes to make from their templates; reads nothing yet.
     *
     * @param instances each of them needs its template in one of the files
     */
    public LiveRoutes(RouteFolders folders, List<TemplateInstance> instances) {
        this.folders = folders;
        this.files = new RouteFiles(folders);
        this.instances = List.copyOf(instances);
        this.watch = new FolderWatch(folders.watched());
    }

    /** Loads the routes; the same as {@link #load}. */
    @Override
    public void addRoutesToCamelContext(CamelContext context) {
        load(context);
    }

    /** Does nothing: there are none of these. */
    @Override
    public void addTemplatedRoutesToCamelContext(CamelContext context) {}

    /** Does nothing: these routes look after themselves. */
    @Override
    public Set<String> updateRoutesToCamelContext(CamelContext context) {
        return Set.of();
    }

    /**
     * Reads all files, hands their routes to a context that has not started yet, and has them watched from its start
     * to its stop.
     *
     * @throws RouteFileException if a file cannot be taken
     */
    public void load(CamelContext context) {
        ModelCamelContext model = (ModelCamelContext) context;
        camel = model;
        if (context.getRegistry().lookupByNameAndType("direct", Component.class) == null
                && context.hasComponent("direct") == null) {
            context.addComponent("direct", new ReplaceableDirect());
        }
        EndpointOptions options = new EndpointOptions(context.getCamelContextExtension());
        context.getCamelContextExtension().registerEndpointCallback(options);
        Drain drain = new Drain(model);
        swap = new RouteSwap(model, options, drain, this::resolve);
        folders.texts().forEach(files::parse);
        try {
            watch.first().forEach(files::read);
        } catch (IOException e) {
            throw new IllegalArgumentException("The routes folder " + e.getMessage() + " cannot be read", e);
        }
        settle();
        if (!problems.isEmpty()) {
            throw new RouteFileException(problems.get(0), null);
        }
        watchFromStartToStop(context, options, drain);
    }

    /** The files that are not taken as they are now, each with the reason; empty if all is well. Thread-safe. */
    public List<RouteProblem> problems() {
        return problems;
    }

    /** What is taken and deserves a look: see {@link RouteWarnings}. Thread-safe. */
    public List<RouteProblem> warnings() {
        return warnings;
    }

    /** Which file and line a failed start of the context is about, if it is about a route of these files. */
    public Optional<RouteProblem> explain(Throwable startFailure) {
        return swap == null ? Optional.empty() : swap.problem(startFailure);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // look() keeps its failures to itself
    private void watchFromStartToStop(CamelContext context, EndpointOptions options, Drain drain) {
        ScheduledExecutorService looker = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "caravan-routes");
            thread.setDaemon(true);
            return thread;
        });
        try {
            context.addStartupListener(new ExtendedStartupListener() {
                @Override
                public void onCamelContextStarted(CamelContext started, boolean already) {}

                @Override
                public void onCamelContextFullyStarted(CamelContext started, boolean already) {
                    options.whileLoading(false);
                    running = true;
                    log(
                            "Routes live: {}",
                            started.getRoutes().stream()
                                    .map(route -> RouteIds.shown(route.getId()))
                                    .distinct());
                    looker.scheduleWithFixedDelay(() -> look(drain), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException("The routes cannot be watched", e);
        }
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext stopping) {
                looker.shutdownNow();
            }
        });
    }

    private void look(Drain drain) {
        try {
            drain.tick();
            Set<Path> changed = watch.changed();
            folderLost = false;
            if (!changed.isEmpty()) {
                changed.stream().sorted().forEach(files::read);
                settle();
            }
        } catch (IOException e) {
            if (!folderLost) {
                folderLost = true;
                LOG.error("{}: the folder cannot be read; its routes run on as they are", e.getMessage());
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.error("The routes could not be brought in line with their files", e);
        }
    }

    private void settle() {
        files.settle(this::take);
        report();
    }

    private void take(List<RouteFile> candidates) {
        RouteSwap routes = Objects.requireNonNull(swap, "loaded");
        RoutePlan plan = RoutePlan.of(candidates, instances, this::resolve);
        doors.clear(); // each change tries them again
        List<String> changed = routes.to(plan, problem -> doors.put(problem.file(), problem));
        log("Routes live: {}", changed.stream().filter(plan.routes()::containsKey));
        log("Routes gone: {}", changed.stream().filter(id -> !plan.routes().containsKey(id)));
    }

    /** Says nothing before the start is through: of one that fails, only the reason counts. */
    private void log(String line, Stream<String> ids) {
        String list = ids.collect(Collectors.joining(", "));
        if (running && !list.isEmpty()) {
            LOG.info(line, list);
        }
    }

    private void report() {
        Map<Path, RouteProblem> now = new TreeMap<>(doors);
        now.putAll(files.problems());
        Set<RouteProblem> before = new HashSet<>(problems);
        problems = now.values().stream().distinct().toList();
        for (RouteProblem problem : problems) {
            if (running && !before.contains(problem)) {
                LOG.error(
                        "{}; {}",
                        problem.message(),
                        files.runs(problem.file()) ? "what ran before runs on" : "nothing of it runs");
            }
        }
        Set<RouteProblem> warned = new HashSet<>(warnings);
        warnings = RouteWarnings.of(files, instances, this::resolve);
        warnings.stream().filter(warning -> !warned.contains(warning)).forEach(warning -> LOG.warn(warning.message()));
    }

    private String resolve(String text) {
        try {
            return text.contains("{{") && camel != null ? camel.resolvePropertyPlaceholders(text) : text;
        } catch (IllegalArgumentException e) {
            return text; // a missing setting: Camel says so when it makes the route
        }
    }
}
