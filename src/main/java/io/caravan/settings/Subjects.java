package io.caravan.settings;

import io.caravan.chat.Options;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Makes the record of each subject out of single values. */
final class Subjects {

    private final Values values;
    private final Collection<String> keys;

    Subjects(Values values, Collection<String> keys) {
        this.values = values;
        this.keys = keys;
    }

    ServerSettings server() {
        return new ServerSettings(
                values.get(Catalogue.HOST),
                values.get(Catalogue.PORT),
                values.get(Catalogue.MANAGEMENT_PORT),
                values.find(Catalogue.ALLOWED_ORIGINS).orElse(List.of()),
                all(Catalogue.TOKEN, "caravan.auth.token."),
                tls());
    }

    private Optional<TlsSettings> tls() {
        Optional<Path> certificate =
                values.find(Catalogue.TLS_CERTIFICATE).map(path -> readable(path, "caravan.tls.certificate"));
        Optional<Path> key = values.find(Catalogue.TLS_KEY).map(path -> readable(path, "caravan.tls.key"));
        if (certificate.isPresent() != key.isPresent()) {
            throw new SettingsException(
                    "caravan.tls.certificate and caravan.tls.key go together: only one of them is set",
                    List.of("caravan.tls.certificate", "caravan.tls.key"));
        }
        return certificate.flatMap(chain -> key.map(secret -> new TlsSettings(chain, secret)));
    }

    WebSocketSettings webSocket() {
        return new WebSocketSettings(
                values.get(Catalogue.MAX_MESSAGE_SIZE),
                values.get(Catalogue.OUTGOING_BYTES),
                values.get(Catalogue.SLOW_AFTER),
                values.get(Catalogue.PING_INTERVAL),
                values.get(Catalogue.MAX_IN_FLIGHT));
    }

    AdmissionSettings admission() {
        return new AdmissionSettings(values.get(Catalogue.MAX_CONCURRENT), values.get(Catalogue.MAX_WAITING));
    }

    ToolSettings tools() {
        return new ToolSettings(
                values.get(Catalogue.TOOLS_MAX_ROUNDS),
                values.get(Catalogue.TOOLS_MAX_CALLS),
                values.get(Catalogue.TOOLS_MAX_REPEATS),
                values.get(Catalogue.TOOLS_MAX_PARALLEL),
                values.get(Catalogue.TOOLS_MAX_TIME),
                values.get(Catalogue.TOOLS_TIMEOUT),
                values.find(Catalogue.TOOLS_CONFIRM).orElse(List.of()),
                values.get(Catalogue.TOOLS_CONFIRM_TIMEOUT),
                values.get(Catalogue.TOOLS_UNATTENDED));
    }

    BrokerSettings broker() {
        Optional<String> user = values.find(Catalogue.BROKER_USER);
        Optional<Secret> password = values.find(Catalogue.BROKER_PASSWORD);
        if (password.isPresent() && user.isEmpty()) {
            throw new SettingsException(
                    "caravan.broker.password needs caravan.broker.user beside it", List.of("caravan.broker.password"));
        }
        return new BrokerSettings(
                values.find(Catalogue.BROKER_URL), user, password, values.get(Catalogue.QUEUE_CONSUMERS));
    }

    QueueSettings queue() {
        return new QueueSettings(values.get(Catalogue.QUEUE_RETENTION));
    }

    KafkaSettings kafka() {
        KafkaSettings kafka = new KafkaSettings(
                values.find(Catalogue.KAFKA_BROKERS).orElse(List.of()),
                values.get(Catalogue.KAFKA_TOPIC),
                values.get(Catalogue.KAFKA_ANSWERS),
                values.get(Catalogue.KAFKA_DEAD),
                values.find(Catalogue.KAFKA_REPLY_TOPICS).orElse(List.of()),
                values.get(Catalogue.KAFKA_GROUP),
                values.get(Catalogue.KAFKA_CONSUMERS));
        if (kafka.answersGoTo(kafka.topic()) || kafka.dead().equals(kafka.topic())) {
            throw new SettingsException(
                    "caravan.kafka.topic is also one for answers or for what cannot be answered: that would be asked again",
                    List.of("caravan.kafka.topic"));
        }
        return kafka;
    }

    WorkerSettings workers() {
        WorkerSettings workers =
                new WorkerSettings(values.get(Catalogue.ANSWERED_BY), values.get(Catalogue.QUESTIONS_CONSUMERS));
        if (workers.others() && values.find(Catalogue.BROKER_URL).isEmpty()) {
            throw new SettingsException(
                    "caravan.answered-by=workers needs the broker that the workers are on: set caravan.broker.url",
                    List.of("caravan.answered-by"));
        }
        return workers;
    }

    BatchSettings batch() {
        return new BatchSettings(
                values.get(Catalogue.BATCH_CONSUMERS),
                values.get(Catalogue.BATCH_EXPIRES),
                values.get(Catalogue.BATCH_RETENTION));
    }

    DatabaseSettings database() {
        return new DatabaseSettings(
                values.find(Catalogue.DATABASE_URL),
                values.find(Catalogue.DATABASE_USER),
                values.find(Catalogue.DATABASE_PASSWORD));
    }

    WorkSettings work() {
        return new WorkSettings(values.get(Catalogue.WORK_DIR), values.get(Catalogue.PLUGINS_DIR));
    }

    LogSettings log() {
        return new LogSettings(values.find(Catalogue.LOG_FORMAT), values.get(Catalogue.LOG_LEVEL));
    }

    List<ProviderSettings> providers() {
        return values.get(Catalogue.PROVIDERS).stream().map(this::provider).toList();
    }

    /** In the order in which their names first appear. */
    List<McpSettings> mcp() {
        return keys.stream()
                .flatMap(key -> Sources.mcpServer(key).stream())
                .distinct()
                .flatMap(name -> mcp(name).stream())
                .toList();
    }

    /** None where all that is set of it is empty. */
    private Optional<McpSettings> mcp(String name) {
        Optional<URI> url = find(Catalogue.MCP_URL, name);
        Optional<List<String>> command = find(Catalogue.MCP_COMMAND, name);
        Map<String, Secret> headers = all(Catalogue.MCP_HEADERS, "caravan.mcp." + name + ".headers.");
        Map<String, Secret> environment = all(Catalogue.MCP_ENVIRONMENT, "caravan.mcp." + name + ".environment.");
        String urlKey = Catalogue.MCP_URL.key(name);
        String commandKey = Catalogue.MCP_COMMAND.key(name);
        checkName(name);
        if (url.isEmpty() && command.isEmpty()) {
            List<String> set = keys.stream()
                    .filter(key -> Sources.mcpServer(key).equals(Optional.of(name)) && !isEmpty(key))
                    .toList();
            if (set.isEmpty()) {
                return Optional.empty();
            }
            throw new SettingsException(
                    "the MCP server " + name + " needs either " + urlKey + " or " + commandKey, List.of(set.get(0)));
        }
        if (url.isPresent() && command.isPresent()) {
            throw new SettingsException(commandKey + " cannot be set beside " + urlKey, List.of(commandKey, urlKey));
        }
        only(command.isPresent(), headers, "caravan.mcp." + name + ".headers.", "an MCP server with a url");
        only(url.isPresent(), environment, "caravan.mcp." + name + ".environment.", "an MCP server with a command");
        return Optional.of(new McpSettings(
                name,
                url.<McpSettings.Place>map(there -> new McpSettings.Remote(there, headers))
                        .orElseGet(() -> new McpSettings.Program(command.orElseThrow(), environment)),
                get(Catalogue.MCP_TOOLS, name),
                get(Catalogue.MCP_TIMEOUT, name),
                get(Catalogue.MCP_REFRESH, name),
                get(Catalogue.MCP_MAX_RESULT, name)));
    }

    private boolean isEmpty(String key) {
        return values.text(key).orElse("").isEmpty();
    }

    private static void checkName(String name) {
        try {
            ValueType.name().parse(name);
        } catch (IllegalArgumentException e) {
            throw new SettingsException("caravan.mcp." + name + ".*: \"" + name + "\" is not "
                    + ValueType.name().expected());
        }
    }

    private static void only(boolean other, Map<String, Secret> set, String prefix, String whose) {
        if (other && !set.isEmpty()) {
            String key = prefix + set.keySet().iterator().next();
            throw new SettingsException(key + " is only for " + whose, List.of(key));
        }
    }

    private ProviderSettings provider(String name) {
        ProviderType type = type(name);
        return new ProviderSettings(
                name,
                type,
                servers(name, type),
                find(Catalogue.MODEL, name),
                all(Catalogue.HEADERS, "caravan.provider." + name + ".headers."),
                find(Catalogue.SYSTEM, name),
                options(name),
                get(Catalogue.MAX_CONNECTIONS, name),
                get(Catalogue.CONNECT_TIMEOUT, name),
                get(Catalogue.ACQUIRE_TIMEOUT, name),
                get(Catalogue.FIRST_BYTE_TIMEOUT, name),
                get(Catalogue.IDLE_TIMEOUT, name),
                get(Catalogue.TOTAL_TIMEOUT, name),
                get(Catalogue.MAX_RETRIES, name),
                get(Catalogue.RETRY_BACKOFF, name),
                get(Catalogue.RETRY_BACKOFF_MAX, name),
                new BreakerSettings(
                        get(Catalogue.BREAKER_WINDOW, name),
                        get(Catalogue.BREAKER_MINIMUM_CALLS, name),
                        get(Catalogue.BREAKER_FAILURE_RATE, name),
                        get(Catalogue.BREAKER_OPEN_FOR, name)),
                resume(name, type),
                new RateSettings(find(Catalogue.REQUESTS_PER_MINUTE, name), find(Catalogue.TOKENS_PER_MINUTE, name)),
                streamOptions(name, type),
                agent(name, type));
    }

    private StreamOptions streamOptions(String name, ProviderType type) {
        String key = Catalogue.STREAM_OPTIONS.key(name);
        if (type != ProviderType.OPENAI && values.origin(key).isPresent()) {
            throw new SettingsException(key + " is only for a provider of type openai", List.of(key));
        }
        return get(Catalogue.STREAM_OPTIONS, name);
    }

    private ResumeMode resume(String name, ProviderType type) {
        ResumeMode mode = find(Catalogue.RESUME, name).orElse(type.resume());
        if (type == ProviderType.AGENT && mode == ResumeMode.PREFIX) {
            String key = Catalogue.RESUME.key(name);
            throw new SettingsException(
                    key + " cannot be prefix for a provider of type agent: an agent begins each answer anew",
                    List.of(key));
        }
        return mode;
    }

    private AgentSettings agent(String name, ProviderType type) {
        if (type != ProviderType.AGENT) {
            Catalogue.OF_AGENTS.stream()
                    .map(setting -> setting.key(name))
                    .filter(key -> values.origin(key).isPresent())
                    .findFirst()
                    .ifPresent(key -> {
                        throw new SettingsException(key + " is only for a provider of type agent", List.of(key));
                    });
        }
        AgentSettings.Shape shape = get(Catalogue.AGENT_SHAPE, name);
        return new AgentSettings(
                get(Catalogue.AGENT_PATH, name),
                shape,
                find(Catalogue.AGENT_REQUEST, name).orElse(requestFor(shape)),
                find(Catalogue.AGENT_TEXT_POINTER, name),
                find(Catalogue.AGENT_TEXT_EVENT, name),
                get(Catalogue.AGENT_TEXT, name),
                find(Catalogue.AGENT_END, name));
    }

    /** Who answers in a shape is asked in it. */
    private static AgentRequestShape requestFor(AgentSettings.Shape shape) {
        return switch (shape) {
            case AG_UI -> AgentRequestShape.Named.AG_UI;
            case VERCEL -> AgentRequestShape.Named.VERCEL;
            default -> AgentRequestShape.Named.PLAIN;
        };
    }

    /** By default the provider's own name, which few names can be: then it has to be set. */
    private ProviderType type(String name) {
        String key = Catalogue.TYPE.key(name);
        try {
            return get(Catalogue.TYPE, name);
        } catch (SettingsException e) {
            if (values.origin(key).isPresent()) {
                throw e;
            }
            throw new SettingsException(
                    key + " must be set, because \"" + name + "\" is not itself "
                            + Catalogue.TYPE.type().expected(),
                    List.of("caravan.providers"));
        }
    }

    private List<ServerAddress> servers(String name, ProviderType type) {
        Setting<?> keys = find(Catalogue.API_KEY_FILE, name).isPresent() ? Catalogue.API_KEY_FILE : Catalogue.API_KEY;
        return ServerAddresses.of(urls(name, type), apiKeys(name), Catalogue.URL.key(name), keys.key(name));
    }

    private List<URI> urls(String name, ProviderType type) {
        String key = Catalogue.URL.key(name);
        return find(Catalogue.URL, name)
                .or(() -> type.defaultUrl().map(List::of))
                .orElseThrow(() -> new SettingsException(
                        key + " must be set: a provider of type agent may be anywhere",
                        List.of(key, Catalogue.TYPE.key(name), "caravan.providers")));
    }

    private List<Secret> apiKeys(String name) {
        String key = Catalogue.API_KEY.key(name);
        String fileKey = Catalogue.API_KEY_FILE.key(name);
        Optional<List<Secret>> direct = find(Catalogue.API_KEY, name);
        Optional<Path> file = find(Catalogue.API_KEY_FILE, name);
        if (direct.isPresent() && file.isPresent()) {
            throw new SettingsException(key + " cannot be set beside " + fileKey, List.of(key, fileKey));
        }
        return file.isPresent() ? keysIn(file.get(), fileKey) : direct.orElse(List.of());
    }

    /** One a line. */
    private static List<Secret> keysIn(Path file, String key) {
        try {
            List<Secret> secrets = Files.readString(readable(file, key))
                    .strip()
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> ValueType.word().parse(line.strip()))
                    .toList();
            if (secrets.stream().anyMatch(Secret::unresolved)) {
                throw new SettingsException(
                        key + ": " + file + " must hold the key itself, no placeholder", List.of(key));
            }
            if (secrets.isEmpty()) {
                throw new IllegalArgumentException("no line");
            }
            return secrets;
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException(
                    key + ": " + file + " does not hold " + ValueType.word().expected() + " a line", List.of(key));
        }
    }

    private Options options(String name) {
        return new Options(
                decimal(find(Catalogue.TEMPERATURE, name)),
                decimal(find(Catalogue.TOP_P, name)),
                find(Catalogue.MAX_TOKENS, name).map(OptionalInt::of).orElse(OptionalInt.empty()),
                List.of(),
                OptionalLong.empty());
    }

    private static OptionalDouble decimal(Optional<Double> number) {
        return number.map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    private static Path readable(Path file, String key) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new SettingsException(key + ": \"" + file + "\" is not a file that can be read", List.of(key));
        }
        return file;
    }

    /** What stands under a prefix, by the rest of its key. */
    private <T> Map<String, T> all(Setting<T> setting, String prefix) {
        Map<String, T> found = new LinkedHashMap<>();
        for (String key : keys) {
            if (key.startsWith(prefix)) {
                values.find(setting, key).ifPresent(value -> found.put(key.substring(prefix.length()), value));
            }
        }
        return found;
    }

    private <T> T get(Setting<T> setting, String name) {
        return values.get(setting, setting.key(name));
    }

    private <T> Optional<T> find(Setting<T> setting, String name) {
        return values.find(setting, setting.key(name));
    }
}
