package io.caravan.camel;

import io.caravan.mcp.McpServer;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** What the health of the program tells of its own parts, beside what Camel tells of itself. */
public final class ProgramHealth {

    private ProgramHealth() {}

    /** Whether questions are taken; not ready while the program stops. */
    public static HealthCheck accepting(BooleanSupplier stopping) {
        return new Check("accepting", true, result -> {
            if (stopping.getAsBoolean()) {
                result.down().message("Caravan is shutting down and takes no more requests");
            } else {
                result.up();
            }
        });
    }

    /** Whether the work dir can be written; it is still ready where not, for only the doors of files need it. */
    public static HealthCheck workDir(Supplier<Optional<String>> problem) {
        return new Check(
                "work-dir",
                false,
                result -> problem.get().ifPresentOrElse(words -> result.down().message(words), () -> result.up()));
    }

    /** Whether the ledger of batches can be used; it is still ready where not, for only batches need it. */
    public static HealthCheck database(Supplier<Optional<String>> problem) {
        return new Check(
                "database",
                false,
                result -> problem.get().ifPresentOrElse(words -> result.down().message(words), () -> result.up()));
    }

    /** Whether the broker can be used; it is still ready where not, for only queues need it. */
    public static HealthCheck broker(Supplier<Optional<String>> problem) {
        return new Check(
                "broker",
                false,
                result -> problem.get().ifPresentOrElse(words -> result.down().message(words), () -> result.up()));
    }

    /** Whether Kafka can be used; it is still ready where not, for only its door needs it. */
    public static HealthCheck kafka(Supplier<Optional<String>> problem) {
        return new Check(
                "kafka",
                false,
                result -> problem.get().ifPresentOrElse(words -> result.down().message(words), () -> result.up()));
    }

    /** The breaker of a provider, as a detail: an open one makes nothing down, for others may answer. */
    public static HealthCheck provider(CircuitBreaker breaker) {
        return new Check("provider-" + breaker.getName(), false, result -> {
            CircuitBreaker.State state = breaker.getState();
            String name = state.name().toLowerCase(Locale.ROOT);
            result.up()
                    .detail("breaker", name)
                    .message("breaker " + name
                            + switch (state) {
                                case OPEN, FORCED_OPEN -> ": it has failed too often and is left alone for a while";
                                case HALF_OPEN -> ": the next calls decide whether it is left alone again";
                                default -> "";
                            });
        });
    }

    /** An MCP server, as a detail: one that is away makes nothing down, for only its tools are missing. */
    public static HealthCheck mcpServer(McpServer server) {
        return new Check("mcp-" + server.name(), false, result -> {
            McpServer.State state = server.state();
            result.up()
                    .detail("tools", state.tools().size())
                    .detail("revision", state.revision())
                    .message(state.problem().orElse(""));
        });
    }

    private static final class Check extends AbstractHealthCheck {

        private final boolean readiness;
        private final Consumer<HealthCheckResultBuilder> look;

        Check(String id, boolean readiness, Consumer<HealthCheckResultBuilder> look) {
            super("caravan", id);
            this.readiness = readiness;
            this.look = look;
        }

        @Override
        public boolean isReadiness() {
            return readiness;
        }

        @Override
        public boolean isLiveness() {
            return false;
        }

        @Override
        protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
            look.accept(builder);
        }
    }
}
