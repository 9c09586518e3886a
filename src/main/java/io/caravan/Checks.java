package io.caravan;

import io.caravan.operate.BrokerCheck;
import io.caravan.operate.DatabaseCheck;
import io.caravan.operate.KafkaCheck;
import io.caravan.operate.McpCheck;
import io.caravan.operate.Preflight;
import io.caravan.settings.Settings;
import io.caravan.store.Database;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Looks at what the running program depends on, with the secrets that it uses itself; each look may take some seconds. */
public final class Checks {

    private final Settings settings;
    private final Parts parts;
    private final UnaryOperator<String> resolve;

    Checks(Settings settings, Parts parts, UnaryOperator<String> resolve) {
        this.settings = settings;
        this.parts = parts;
        this.resolve = resolve;
    }

    /** Whether its providers can be asked. */
    public Preflight providers() {
        return new Preflight(parts.providers(), resolve);
    }

    /** Whether its MCP servers are there. */
    public McpCheck mcp() {
        return new McpCheck(parts.mcp());
    }

    /** Whether the database can be used; an embedded one is that of the work dir. */
    public DatabaseCheck database(Path workDir) {
        return new DatabaseCheck(Database.ofAnother(settings.database(), workDir, resolve));
    }

    /** Whether its broker is there. */
    public BrokerCheck broker() {
        return new BrokerCheck(parts.broker(), settings.broker());
    }

    /** Whether Kafka is there, where its door is open. */
    public Optional<KafkaCheck> kafka() {
        return parts.kafka()
                .map(kafka -> new KafkaCheck(kafka.cluster(), settings.kafka().topics()));
    }
}
