package io.caravan.operate;

import io.caravan.chat.ChatCall;
import io.caravan.chat.Progress;
import io.caravan.failure.CaravanException;
import io.caravan.limit.FewNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The figures of all requests, under the names of OpenTelemetry's semantic conventions for generative AI where there is
 * one; those are being renamed, so the names stand here and nowhere else.
 */
public final class ChatMetrics {

    private final MeterRegistry registry;
    private final Map<String, Counter> attempts = new ConcurrentHashMap<>();
    private final Map<String, FewNames> models = new ConcurrentHashMap<>();

    public ChatMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * A request is over. The model is named only where it answered, so that callers cannot make up series; and since there
     * are servers that answer whatever model is named, only the first names of each provider count.
     */
    void ended(ChatCall call, Optional<CaravanException> failure) {
        Tags answered = Tags.of(
                        "gen_ai.operation.name",
                        "chat",
                        "gen_ai.provider.name",
                        named(call.progress().provider()))
                .and("gen_ai.request.model", failure.isPresent() ? "none" : model(call.progress()));
        Tags outcome = answered.and(
                "error.type", failure.map(why -> why.code().wireName()).orElse("none"));
        timer("gen_ai.client.operation.duration", outcome)
                .record(Duration.ofNanos(call.progress().elapsedNanos()));
        registry.counter("caravan.requests", outcome).increment();
        registry.counter("caravan.chunks", answered).increment(call.progress().chunksIn());
        if (call.progress().firstChunkNanos() > 0) {
            timer("gen_ai.client.operation.time_to_first_chunk", answered)
                    .record(Duration.ofNanos(call.progress().firstChunkNanos()));
        }
        if (call.progress().usage().totalTokens() > 0) {
            tokens(answered, "input").record((double) call.progress().usage().promptTokens());
            tokens(answered, "output").record((double) call.progress().usage().completionTokens());
        }
    }

    private String model(Progress progress) {
        return models.computeIfAbsent(progress.provider(), provider -> new FewNames())
                .of(named(progress.model()));
    }

    /** A call to a provider begins; which of them answers is not known yet. */
    void attempted(String provider) {
        attempts.computeIfAbsent(provider, name -> registry.counter("caravan.attempts", "gen_ai.provider.name", name))
                .increment();
    }

    /** A call to a provider failed: with an error code, or since its breaker let none through. */
    void attemptFailed(String provider, String why) {
        registry.counter("caravan.attempts.failed", "gen_ai.provider.name", provider, "error.type", why)
                .increment();
    }

    /** A provider took over from another. */
    void fellBack(String from, String to) {
        registry.counter("caravan.fallbacks", "from", from, "to", to).increment();
    }

    /** A call of a tool is over; {@code error} is empty where it went well. */
    void toolRan(String tool, String source, String error, Duration time) {
        timer(
                        "gen_ai.execute_tool.duration",
                        Tags.of(
                                "gen_ai.operation.name",
                                "execute_tool",
                                "gen_ai.tool.name",
                                tool,
                                "caravan.tool.source",
                                named(source),
                                "error.type",
                                named(error)))
                .record(time);
    }

    private Timer timer(String name, Tags tags) {
        return Timer.builder(name)
                .tags(tags)
                .publishPercentileHistogram(false)
                .serviceLevelObjectives(
                        Duration.ofMillis(10),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(5))
                .register(registry);
    }

    private DistributionSummary tokens(Tags tags, String type) {
        return DistributionSummary.builder("gen_ai.client.token.usage")
                .tags(tags.and("gen_ai.token.type", type))
                .register(registry);
    }

    private static String named(String name) {
        return name.isEmpty() ? "none" : name;
    }
}
