package io.caravan.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that was set, checked: once there is one of these, no {@code caravan.*} setting is wrong, missing or
 * unknown. Immutable; holds secrets, and shows none.
 */
public final class Settings {

    private final ServerSettings server;
    private final WebSocketSettings webSocket;
    private final AdmissionSettings admission;
    private final List<ProviderSettings> providers;
    private final ToolSettings tools;
    private final List<McpSettings> mcp;
    private final BrokerSettings broker;
    private final QueueSettings queue;
    private final KafkaSettings kafka;
    private final WorkerSettings workers;
    private final BatchSettings batch;
    private final DatabaseSettings database;
    private final WorkSettings work;
    private final LogSettings log;
    private final Duration shutdownGrace;
    private final List<String> warnings;
    private final Map<String, String> properties;

    private Settings(Sources sources, Values values) {
        Subjects subjects = new Subjects(values, sources.assignments().keySet());
        server = subjects.server();
        webSocket = subjects.webSocket();
        admission = subjects.admission();
        providers = subjects.providers();
        tools = subjects.tools();
        mcp = subjects.mcp();
        broker = subjects.broker();
        queue = subjects.queue();
        kafka = subjects.kafka();
        workers = subjects.workers();
        batch = subjects.batch();
        database = subjects.database();
        work = subjects.work();
        log = subjects.log();
        shutdownGrace = values.get(Catalogue.SHUTDOWN_GRACE);
        warnings = new ArrayList<>(sources.warnings());
        warnings.addAll(oddities(sources));
        properties = properties(sources, values);
    }

    /**
     * Reads and checks all settings; looks at nothing but its arguments, the shipped defaults on the class path, and the
     * files that the settings name.
     *
     * @param file the user's file, over the shipped defaults
     * @param environment over the file: {@code CARAVAN_PORT} sets {@code caravan.port}; also what
     *     <code>{{env:NAME}}</code> means
     * @param sets {@code KEY=VALUE} each, over everything else; the last of several counts
     * @param virtualThreads whether they are in use, for they allow more requests at once by default
     * @throws SettingsException if there is anything that must not be started with
     */
    public static Settings load(
            Optional<Path> file, Map<String, String> environment, List<String> sets, boolean virtualThreads) {
        Sources sources = Sources.merge(file, environment, sets);
        Values values = new Values(sources.assignments(), environment, virtualThreads);
        try {
            return new Settings(sources, values);
        } catch (SettingsException e) {
            throw located(e, values);
        }
    }

    /**
     * The file to load: the one that was asked for, else the first {@code application.properties} in {@code folders}.
     *
     * @throws SettingsException if the one that was asked for is not there
     */
    public static Optional<Path> file(Optional<Path> config, List<Path> folders) {
        if (config.isPresent() && !Files.isRegularFile(config.get())) {
            throw new SettingsException("--config " + config.get() + ": there is no such file");
        }
        return config.or(() -> folders.stream()
                .map(folder -> folder.resolve("application.properties"))
                .filter(Files::isRegularFile)
                .findFirst());
    }

    public ServerSettings server() {
        return server;
    }

    public WebSocketSettings webSocket() {
        return webSocket;
    }

    public AdmissionSettings admission() {
        return admission;
    }

    /** In order of fallback; the first is the default. Never empty. */
    public List<ProviderSettings> providers() {
        return providers;
    }

    public Optional<ProviderSettings> provider(String name) {
        return providers.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst();
    }

    public ToolSettings tools() {
        return tools;
    }

    /** The MCP servers, in the order in which their names first appear. */
    public List<McpSettings> mcp() {
        return mcp;
    }

    public BrokerSettings broker() {
        return broker;
    }

    public QueueSettings queue() {
        return queue;
    }

    /** The door to topics of Kafka. */
    public KafkaSettings kafka() {
        return kafka;
    }

    /** Who answers the questions of this process. */
    public WorkerSettings workers() {
        return workers;
    }

    public BatchSettings batch() {
        return batch;
    }

    public DatabaseSettings database() {
        return database;
    }

    public WorkSettings work() {
        return work;
    }

    public LogSettings log() {
        return log;
    }

    /** How long a stop waits for answers to finish. */
    public Duration shutdownGrace() {
        return shutdownGrace;
    }

    /** What is odd but stops nothing, one line each. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * What routes and Camel may refer to: every {@code caravan.*} setting that has a value, set or by default, except for
     * secrets; and every other key exactly as it was written. A new object each time.
     */
    public Properties properties() {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    private Map<String, String> properties(Sources sources, Values values) {
        Map<String, String> all = new LinkedHashMap<>();
        sources.assignments().values().stream()
                .filter(assignment -> !assignment.caravan())
                .forEach(assignment -> all.put(assignment.key(), assignment.text()));
        for (Setting<?> setting : Catalogue.ALL) {
            if (setting.secret()) {
                continue;
            }
            keys(setting).forEach(key -> values.text(key).ifPresent(text -> all.put(key, text)));
        }
        all.put("caravan.question-route", workers.others() ? "leave-to-workers" : "question");
        all.put("caravan.kafka.takes-prompts", Boolean.toString(kafka.takesPrompts()));
        all.put("caravan.answers-others", Boolean.toString(answersOthers()));
        providers.forEach(provider ->
                all.put(Catalogue.URL.key(provider.name()), provider.url().toString()));
        return all;
    }

    private boolean answersOthers() {
        return broker.url().isPresent() && !workers.others() && workers.consumers() > 0;
    }

    private Stream<String> keys(Setting<?> setting) {
        if (!setting.named()) {
            return Stream.of(setting.pattern());
        }
        return setting.ofMcp()
                ? mcp.stream().map(server -> setting.key(server.name()))
                : providers.stream().map(provider -> setting.key(provider.name()));
    }

    private List<String> oddities(Sources sources) {
        List<String> odd = new ArrayList<>();
        sources.assignments().keySet().stream()
                .flatMap(key -> Sources.provider(key).stream())
                .distinct()
                .filter(name -> provider(name).isEmpty())
                .forEach(name -> odd.add(
                        "caravan.provider." + name + ".* has no effect: " + name + " is not one of caravan.providers"));
        providers.stream()
                .filter(provider -> provider.type() == ProviderType.OPENAI
                        && provider.servers().stream()
                                .anyMatch(server -> server.url().getPath().isEmpty()))
                .forEach(provider -> odd.add(Catalogue.URL.key(provider.name())
                        + " has no path: such a server is usually addressed with its /v1"));
        providers.stream()
                .filter(provider -> provider.type() == ProviderType.ANTHROPIC
                        && provider.url().getPath().endsWith("/v1"))
                .forEach(provider -> odd.add(Catalogue.URL.key(provider.name())
                        + " ends in /v1, which Caravan adds itself for a provider of type anthropic"));
        providers.stream()
                .filter(provider -> provider.type() == ProviderType.GEMINI
                        && provider.url().getPath().endsWith("/v1beta"))
                .forEach(provider -> odd.add(
                        Catalogue.URL.key(provider.name()) + " ends with /v1beta, which Caravan adds by itself"));
        return odd;
    }

    private static SettingsException located(SettingsException e, Values values) {
        String origins = e.keys().stream()
                .flatMap(key -> values.origin(key).stream())
                .distinct()
                .collect(Collectors.joining(", "));
        return origins.isEmpty() ? e : new SettingsException(e.getMessage() + " (" + origins + ")");
    }
}
