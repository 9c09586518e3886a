package io.caravan.settings;

import io.caravan.chat.Options;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who answers, on one server or several, and how it is called.
 *
 * @param servers at least one; they take turns, and any of them can answer
 * @param model the one a request gets that names none; absent: a request has to name one
 * @param headers sent with each call; values may be {@linkplain Secret#unresolved() unresolved}, for Camel to look up
 * @param system the system prompt of a request that brings none
 * @param options for what a request leaves open
 * @param maxConnections to each of the servers
 * @param streamOptions counts only where the type is openai
 * @param agent counts only where the type is agent
 * @param maxRetries calls after the first
 */
public record ProviderSettings(
        String name,
        ProviderType type,
        List<ServerAddress> servers,
        Optional<String> model,
        Map<String, Secret> headers,
        Optional<String> system,
        Options options,
        int maxConnections,
        Duration connectTimeout,
        Duration acquireTimeout,
        Duration firstByteTimeout,
        Duration idleTimeout,
        Duration totalTimeout,
        int maxRetries,
        Duration retryBackoff,
        Duration retryBackoffMax,
        BreakerSettings breaker,
        ResumeMode resume,
        RateSettings rates,
        StreamOptions streamOptions,
        AgentSettings agent) {

    /** What the HTTP client writes itself; a second one would break the message. */
    private static final Set<String> OF_THE_CLIENT =
            Set.of("connection", "content-length", "content-type", "host", "transfer-encoding");

    public ProviderSettings {
        servers = List.copyOf(servers);
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
        String prefix = "caravan.provider." + name + ".";
        if (retryBackoff.compareTo(retryBackoffMax) > 0) {
            throw contradiction(prefix, "retry-backoff", "must not be longer than", "retry-backoff-max");
        }
        if (breaker.minimumCalls() > breaker.window()) {
            throw contradiction(prefix, "breaker.minimum-calls", "must not be more than", "breaker.window");
        }
        for (String header : headers.keySet()) {
            String key = "headers." + header;
            if (!header.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new SettingsException(prefix + key + ": not the name of a header", List.of(prefix + key));
            }
            if (OF_THE_CLIENT.contains(header.toLowerCase(Locale.ROOT))) {
                throw new SettingsException(
                        prefix + key + ": this header cannot be set, Caravan writes it itself", List.of(prefix + key));
            }
            if (header.equalsIgnoreCase("authorization")
                    && servers.get(0).apiKey().isPresent()) {
                throw contradiction(prefix, key, "cannot be set beside", "api-key");
            }
        }
    }

    /** The address of the first server, without a slash at its end; an OpenAI-compatible one with its {@code /v1}. */
    public URI url() {
        return servers.get(0).url();
    }

    /** The key of the first server. */
    public Optional<Secret> apiKey() {
        return servers.get(0).apiKey();
    }

    private static SettingsException contradiction(String prefix, String key, String contradicts, String other) {
        return new SettingsException(
                prefix + key + " " + contradicts + " " + prefix + other, List.of(prefix + key, prefix + other));
    }
}
