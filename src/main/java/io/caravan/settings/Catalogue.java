package io.caravan.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Every {@code caravan.*} setting there is, in the order in which they are documented. */
final class Catalogue {

    static final Setting<String> HOST =
            setting("caravan.host", ValueType.host(), "127.0.0.1", "The interface to listen on.");
    static final Setting<Integer> PORT =
            setting("caravan.port", ValueType.integer(0, 65535), "8000", "The one port of every door.");
    static final Setting<Integer> MANAGEMENT_PORT =
            setting("caravan.management.port", ValueType.integer(0, 65535), "9876", "Health and metrics, on loopback.");
    static final Setting<Secret> TOKEN =
            secret("caravan.auth.token.NAME", ValueType.word(), "What the caller NAME has to show.");
    static final Setting<List<String>> ALLOWED_ORIGINS = setting(
            "caravan.allowed-origins", ValueType.listOf(ValueType.origin()), "", "Browser pages that may connect.");
    static final Setting<Path> TLS_CERTIFICATE =
            setting("caravan.tls.certificate", ValueType.path(), "", "The certificate chain, PEM.");
    static final Setting<Path> TLS_KEY = setting("caravan.tls.key", ValueType.path(), "", "Its private key, PEM.");

    static final Setting<Integer> MAX_MESSAGE_SIZE = setting(
            "caravan.websocket.max-message-size",
            ValueType.size("1KiB", "256MiB"),
            "4MiB",
            "The longest message that is read.");
    static final Setting<Integer> OUTGOING_BYTES = setting(
            "caravan.websocket.outgoing-bytes",
            ValueType.size("64KiB", "1GiB"),
            "8MiB",
            "How much may wait for a caller to read it.");
    static final Setting<Duration> SLOW_AFTER = setting(
            "caravan.websocket.slow-after",
            ValueType.duration("10ms"),
            "10s",
            "How long that may be used up before the caller is cut off.");
    static final Setting<Duration> PING_INTERVAL = setting(
            "caravan.websocket.ping-interval",
            ValueType.duration("10ms"),
            "30s",
            "How often a silent caller is pinged.");
    static final Setting<Integer> MAX_IN_FLIGHT = setting(
            "caravan.websocket.max-in-flight",
            ValueType.integer(1, 1_000_000),
            "1024",
            "Requests at once on one connection.");

    static final Setting<Integer> MAX_CONCURRENT =
            setting("caravan.max-concurrent", ValueType.integer(1, 1_000_000), "256", "Requests in flight.");
    static final Setting<Integer> MAX_WAITING = setting(
            "caravan.max-waiting", ValueType.integer(0, 1_000_000), "1024", "Requests that wait for their turn.");

    static final Setting<Integer> TOOLS_MAX_ROUNDS = setting(
            "caravan.tools.max-rounds", ValueType.integer(1, 1_000), "20", "Turns of a model that ask for tools.");
    static final Setting<Integer> TOOLS_MAX_CALLS =
            setting("caravan.tools.max-calls", ValueType.integer(1, 10_000), "100", "Calls of tools in one request.");
    static final Setting<Integer> TOOLS_MAX_REPEATS = setting(
            "caravan.tools.max-repeats",
            ValueType.integer(1, 1_000),
            "3",
            "Calls of one tool with the same arguments in one request.");
    static final Setting<Integer> TOOLS_MAX_PARALLEL = setting(
            "caravan.tools.max-parallel", ValueType.integer(1, 1_000), "8", "Calls of one request side by side.");
    static final Setting<Duration> TOOLS_MAX_TIME = setting(
            "caravan.tools.max-time", ValueType.duration("1ms"), "10m", "How long a request may go on with tools.");
    static final Setting<Duration> TOOLS_TIMEOUT =
            setting("caravan.tools.timeout", ValueType.duration("1ms"), "60s", "For one call of a route.");
    static final Setting<List<String>> TOOLS_CONFIRM = setting(
            "caravan.tools.confirm",
            ValueType.listOf(ValueType.toolName()),
            "",
            "Tools of which somebody has to approve each call.");
    static final Setting<Duration> TOOLS_CONFIRM_TIMEOUT = setting(
            "caravan.tools.confirm-timeout", ValueType.duration("1ms"), "5m", "How long a call waits for that.");
    static final Setting<ToolSettings.Unattended> TOOLS_UNATTENDED = setting(
            "caravan.tools.unattended",
            ValueType.oneOf(ToolSettings.Unattended.class),
            "refuse",
            "What becomes of such a call where nobody can approve it.");

    static final Setting<List<String>> PROVIDERS = setting(
            "caravan.providers", ValueType.listOf(ValueType.name()), "ollama", "The providers, in order of fallback.");
    static final Setting<ProviderType> TYPE =
            setting("caravan.provider.NAME.type", ProviderType.type(), "NAME", "The protocol it speaks.");
    static final Setting<List<URI>> URL =
            setting("caravan.provider.NAME.url", ValueType.oneOrMore(ValueType.url()), "", "Where it is.");
    static final Setting<String> MODEL =
            setting("caravan.provider.NAME.model", ValueType.text(), "", "The model of a request that names none.");
    static final Setting<List<Secret>> API_KEY =
            secret("caravan.provider.NAME.api-key", ValueType.oneOrMore(ValueType.word()), "What Caravan shows to it.");
    static final Setting<Path> API_KEY_FILE =
            setting("caravan.provider.NAME.api-key-file", ValueType.path(), "", "A file that holds that.");
    static final Setting<Secret> HEADERS =
            secret("caravan.provider.NAME.headers.*", ValueType.headerValue(), "A header of each call.");
    static final Setting<String> SYSTEM = setting(
            "caravan.provider.NAME.system", ValueType.text(), "", "The system prompt of a request without one.");
    static final Setting<Double> TEMPERATURE =
            setting("caravan.provider.NAME.temperature", ValueType.decimal("0", "2"), "", "How freely it writes.");
    static final Setting<Double> TOP_P =
            setting("caravan.provider.NAME.top-p", ValueType.decimal("0", "1"), "", "How far from the likely words.");
    static final Setting<Integer> MAX_TOKENS = setting(
            "caravan.provider.NAME.max-tokens",
            ValueType.integer(1, Integer.MAX_VALUE),
            "",
            "How much it writes at most.");
    static final Setting<Integer> MAX_CONNECTIONS = setting(
            "caravan.provider.NAME.max-connections",
            ValueType.integer(1, 1_000_000),
            "{{caravan.max-concurrent}}",
            "Connections to it at once.");
    static final Setting<Duration> CONNECT_TIMEOUT =
            setting("caravan.provider.NAME.connect-timeout", ValueType.duration("1ms"), "5s", "For a new connection.");
    static final Setting<Duration> ACQUIRE_TIMEOUT = setting(
            "caravan.provider.NAME.acquire-timeout", ValueType.duration("1ms"), "10s", "For a free connection.");
    static final Setting<Duration> FIRST_BYTE_TIMEOUT = setting(
            "caravan.provider.NAME.first-byte-timeout",
            ValueType.duration("1ms"),
            "5m",
            "For the beginning of an answer.");
    static final Setting<Duration> IDLE_TIMEOUT = setting(
            "caravan.provider.NAME.idle-timeout", ValueType.duration("1ms"), "60s", "For silence within an answer.");
    static final Setting<Duration> TOTAL_TIMEOUT = setting(
            "caravan.provider.NAME.total-timeout",
            ValueType.duration("1ms"),
            "30m",
            "For the whole answer, retries included.");
    static final Setting<Integer> MAX_RETRIES =
            setting("caravan.provider.NAME.max-retries", ValueType.integer(0, 100), "2", "Further tries.");
    static final Setting<Duration> RETRY_BACKOFF = setting(
            "caravan.provider.NAME.retry-backoff",
            ValueType.duration("0"),
            "500ms",
            "The pause before the first of them; doubles each time.");
    static final Setting<Duration> RETRY_BACKOFF_MAX = setting(
            "caravan.provider.NAME.retry-backoff-max", ValueType.duration("0"), "30s", "The longest such pause.");
    static final Setting<Integer> BREAKER_WINDOW = setting(
            "caravan.provider.NAME.breaker.window",
            ValueType.integer(1, 10_000),
            "20",
            "How many calls are looked at.");
    static final Setting<Integer> BREAKER_MINIMUM_CALLS = setting(
            "caravan.provider.NAME.breaker.minimum-calls",
            ValueType.integer(1, 10_000),
            "5",
            "How many there must have been.");
    static final Setting<Integer> BREAKER_FAILURE_RATE = setting(
            "caravan.provider.NAME.breaker.failure-rate",
            ValueType.percent(),
            "50",
            "How many in a hundred must have failed.");
    static final Setting<Duration> BREAKER_OPEN_FOR = setting(
            "caravan.provider.NAME.breaker.open-for",
            ValueType.duration("1ms"),
            "30s",
            "How long it is then left alone.");
    static final Setting<Integer> REQUESTS_PER_MINUTE = setting(
            "caravan.provider.NAME.requests-per-minute",
            ValueType.integer(1, Integer.MAX_VALUE),
            "",
            "How many calls it takes in a minute.");
    static final Setting<Integer> TOKENS_PER_MINUTE = setting(
            "caravan.provider.NAME.tokens-per-minute",
            ValueType.integer(1, Integer.MAX_VALUE),
            "",
            "How many tokens it reads and writes in a minute.");

    static final Setting<ResumeMode> RESUME = setting(
            "caravan.provider.NAME.resume",
            ValueType.oneOf(ResumeMode.class),
            "",
            "What becomes of an answer that breaks off in the middle.");

    static final Setting<StreamOptions> STREAM_OPTIONS = setting(
            "caravan.provider.NAME.stream-options",
            ValueType.oneOf(StreamOptions.class),
            "usage",
            "What an OpenAI-compatible server is asked for beside the stream.");

    static final Setting<String> AGENT_PATH = setting(
            "caravan.provider.NAME.path", ValueType.urlPath(), "/stream", "Where behind its URL an agent is asked.");
    static final Setting<AgentSettings.Shape> AGENT_SHAPE = setting(
            "caravan.provider.NAME.shape",
            ValueType.oneOf(AgentSettings.Shape.class),
            "auto",
            "What an agent's answer looks like.");
    static final Setting<AgentRequestShape> AGENT_REQUEST =
            setting("caravan.provider.NAME.request", AgentRequestShape.type(), "", "The body an agent is sent.");
    static final Setting<String> AGENT_TEXT_POINTER = setting(
            "caravan.provider.NAME.text-pointer",
            ValueType.jsonPointer(),
            "",
            "Where in the JSON of an agent's answer its text lies.");
    static final Setting<String> AGENT_TEXT_EVENT = setting(
            "caravan.provider.NAME.text-event",
            ValueType.text(),
            "",
            "Which events of an agent's answer hold its text.");
    static final Setting<AgentSettings.Text> AGENT_TEXT = setting(
            "caravan.provider.NAME.text",
            ValueType.oneOf(AgentSettings.Text.class),
            "delta",
            "What each such text is.");
    static final Setting<String> AGENT_END =
            setting("caravan.provider.NAME.end", ValueType.text(), "", "What ends the stream of an agent.");

    static final Setting<URI> MCP_URL =
            setting("caravan.mcp.NAME.url", ValueType.endpoint(), "", "Where an MCP server is.");
    static final Setting<List<String>> MCP_COMMAND =
            setting("caravan.mcp.NAME.command", ValueType.shellWords(), "", "The program that is an MCP server.");
    static final Setting<Secret> MCP_HEADERS =
            secret("caravan.mcp.NAME.headers.*", ValueType.headerValue(), "A header of each request to it.");
    static final Setting<Secret> MCP_ENVIRONMENT =
            secret("caravan.mcp.NAME.environment.*", ValueType.secretText(), "A variable of its environment.");
    static final Setting<List<String>> MCP_TOOLS =
            setting("caravan.mcp.NAME.tools", ValueType.listOf(ValueType.text()), "*", "Which of its tools are used.");
    static final Setting<Duration> MCP_TIMEOUT =
            setting("caravan.mcp.NAME.timeout", ValueType.duration("10ms"), "60s", "For each request to it.");
    static final Setting<Duration> MCP_REFRESH = setting(
            "caravan.mcp.NAME.refresh", ValueType.duration("10ms"), "5m", "How often it is asked for its tools.");
    static final Setting<Integer> MCP_MAX_RESULT = setting(
            "caravan.mcp.NAME.max-result", ValueType.size("1KiB", "16MiB"), "64KiB", "How long a result may be.");

    static final Setting<String> BROKER_URL =
            setting("caravan.broker.url", ValueType.brokerUrl(), "", "Where the broker is; else one is embedded.");
    static final Setting<String> BROKER_USER =
            setting("caravan.broker.user", ValueType.text(), "", "Who Caravan is to it.");
    static final Setting<Secret> BROKER_PASSWORD =
            secret("caravan.broker.password", ValueType.secretText(), "What Caravan shows to it.");
    static final Setting<Integer> QUEUE_CONSUMERS = setting(
            "caravan.queue.consumers",
            ValueType.integer(0, 10_000),
            "64",
            "Prompts of the queue that are answered at the same time.");
    static final Setting<Duration> QUEUE_RETENTION = setting(
            "caravan.queue.retention",
            ValueType.duration("1s", 3650),
            "7d",
            "How long the answer to a prompt with an IdempotencyKey is kept.");

    static final Setting<List<String>> KAFKA_BROKERS = setting(
            "caravan.kafka.brokers",
            ValueType.listOf(ValueType.hostAndPort()),
            "",
            "Where Kafka is; else that door is shut.");
    static final Setting<String> KAFKA_TOPIC =
            setting("caravan.kafka.topic", ValueType.topic(), "caravan.prompts", "The topic of the prompts.");
    static final Setting<String> KAFKA_ANSWERS =
            setting("caravan.kafka.answers", ValueType.topic(), "caravan.answers", "The topic of the answers.");
    static final Setting<String> KAFKA_DEAD = setting(
            "caravan.kafka.dead", ValueType.topic(), "caravan.prompts.dead", "The topic of what cannot be answered.");
    static final Setting<List<String>> KAFKA_REPLY_TOPICS = setting(
            "caravan.kafka.reply-topics",
            ValueType.listOf(ValueType.topic()),
            "",
            "Where else prompts may have their answers sent.");
    static final Setting<String> KAFKA_GROUP =
            setting("caravan.kafka.group", ValueType.topic(), "caravan", "The group of those that share the prompts.");
    static final Setting<Integer> KAFKA_CONSUMERS = setting(
            "caravan.kafka.consumers",
            ValueType.integer(0, 1_000),
            "16",
            "Prompts of the topic that are answered at the same time.");

    static final Setting<WorkerSettings.AnsweredBy> ANSWERED_BY = setting(
            "caravan.answered-by",
            ValueType.oneOf(WorkerSettings.AnsweredBy.class),
            "here",
            "Who answers the questions of this process.");

    static final Setting<Integer> QUESTIONS_CONSUMERS = setting(
            "caravan.questions.consumers",
            ValueType.integer(0, 10_000),
            "64",
            "Questions of other processes that are answered at the same time.");

    static final Setting<Integer> BATCH_CONSUMERS = setting(
            "caravan.batch.consumers", ValueType.integer(0, 10_000), "64", "Lines of batches at the same time.");
    static final Setting<Duration> BATCH_EXPIRES =
            setting("caravan.batch.expires", ValueType.duration("1s", 365), "24h", "How long a batch may take.");
    static final Setting<Duration> BATCH_RETENTION = setting(
            "caravan.batch.retention",
            ValueType.duration("1s", 3650),
            "30d",
            "How long a batch is remembered after its end.");

    static final Setting<String> DATABASE_URL =
            setting("caravan.database.url", ValueType.postgresUrl(), "", "A PostgreSQL that holds the ledger.");
    static final Setting<String> DATABASE_USER =
            setting("caravan.database.user", ValueType.text(), "", "The user of it.");
    static final Setting<Secret> DATABASE_PASSWORD =
            secret("caravan.database.password", ValueType.secretText(), "The password of that user.");

    static final Setting<Path> WORK_DIR =
            setting("caravan.work-dir", ValueType.path(), "work", "Inbox, outbox and state.");
    static final Setting<Path> PLUGINS_DIR =
            setting("caravan.plugins-dir", ValueType.path(), "plugins", "Further jars for the class path.");
    static final Setting<Duration> SHUTDOWN_GRACE = setting(
            "caravan.shutdown-grace", ValueType.duration("0"), "30s", "How long a stop waits for answers to finish.");
    static final Setting<LogSettings.Format> LOG_FORMAT =
            setting("caravan.log.format", ValueType.oneOf(LogSettings.Format.class), "", "How a line looks.");
    static final Setting<LogSettings.Level> LOG_LEVEL =
            setting("caravan.log.level", ValueType.oneOf(LogSettings.Level.class), "info", "The least important line.");

    static final List<Setting<?>> ALL = List.of(
            HOST,
            PORT,
            MANAGEMENT_PORT,
            TOKEN,
            ALLOWED_ORIGINS,
            TLS_CERTIFICATE,
            TLS_KEY,
            MAX_MESSAGE_SIZE,
            OUTGOING_BYTES,
            SLOW_AFTER,
            PING_INTERVAL,
            MAX_IN_FLIGHT,
            MAX_CONCURRENT,
            MAX_WAITING,
            TOOLS_MAX_ROUNDS,
            TOOLS_MAX_CALLS,
            TOOLS_MAX_REPEATS,
            TOOLS_MAX_PARALLEL,
            TOOLS_MAX_TIME,
            TOOLS_TIMEOUT,
            TOOLS_CONFIRM,
            TOOLS_CONFIRM_TIMEOUT,
            TOOLS_UNATTENDED,
            PROVIDERS,
            TYPE,
            URL,
            MODEL,
            API_KEY,
            API_KEY_FILE,
            HEADERS,
            SYSTEM,
            TEMPERATURE,
            TOP_P,
            MAX_TOKENS,
            MAX_CONNECTIONS,
            CONNECT_TIMEOUT,
            ACQUIRE_TIMEOUT,
            FIRST_BYTE_TIMEOUT,
            IDLE_TIMEOUT,
            TOTAL_TIMEOUT,
            MAX_RETRIES,
            RETRY_BACKOFF,
            RETRY_BACKOFF_MAX,
            BREAKER_WINDOW,
            BREAKER_MINIMUM_CALLS,
            BREAKER_FAILURE_RATE,
            BREAKER_OPEN_FOR,
            RESUME,
            STREAM_OPTIONS,
            REQUESTS_PER_MINUTE,
            TOKENS_PER_MINUTE,
            AGENT_PATH,
            AGENT_SHAPE,
            AGENT_REQUEST,
            AGENT_TEXT_POINTER,
            AGENT_TEXT_EVENT,
            AGENT_TEXT,
            AGENT_END,
            MCP_URL,
            MCP_COMMAND,
            MCP_HEADERS,
            MCP_ENVIRONMENT,
            MCP_TOOLS,
            MCP_TIMEOUT,
            MCP_REFRESH,
            MCP_MAX_RESULT,
            BROKER_URL,
            BROKER_USER,
            BROKER_PASSWORD,
            QUEUE_CONSUMERS,
            QUEUE_RETENTION,
            ANSWERED_BY,
            QUESTIONS_CONSUMERS,
            KAFKA_BROKERS,
            KAFKA_TOPIC,
            KAFKA_ANSWERS,
            KAFKA_DEAD,
            KAFKA_REPLY_TOPICS,
            KAFKA_GROUP,
            KAFKA_CONSUMERS,
            BATCH_CONSUMERS,
            BATCH_EXPIRES,
            BATCH_RETENTION,
            DATABASE_URL,
            DATABASE_USER,
            DATABASE_PASSWORD,
            WORK_DIR,
            PLUGINS_DIR,
            SHUTDOWN_GRACE,
            LOG_FORMAT,
            LOG_LEVEL);

    /** What only a provider of type agent has. */
    static final List<Setting<?>> OF_AGENTS = List.of(
            AGENT_PATH, AGENT_SHAPE, AGENT_REQUEST, AGENT_TEXT_POINTER, AGENT_TEXT_EVENT, AGENT_TEXT, AGENT_END);

    private Catalogue() {}

    /** The setting that {@code key} belongs to. */
    static Optional<Setting<?>> find(String key) {
        return ALL.stream().filter(setting -> setting.matches(key)).findFirst();
    }

    /** The known key that looks most like {@code key}. */
    static String nearest(String key) {
        return ALL.stream()
                .map(setting -> setting.meantBy(key))
                .min(Comparator.comparingInt(known -> EditDistance.between(key, known)))
                .orElseThrow();
    }

    private static <T> Setting<T> setting(String pattern, ValueType<T> type, String defaultText, String sentence) {
        return new Setting<>(pattern, type, defaultText, false, sentence);
    }

    private static <T> Setting<T> secret(String pattern, ValueType<T> type, String sentence) {
        return new Setting<>(pattern, type, "", true, sentence);
    }
}
