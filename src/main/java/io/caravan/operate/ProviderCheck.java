package io.caravan.operate;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.llm.Provider;
import io.caravan.llm.Server;
import io.caravan.llm.Unreachable;
import io.caravan.settings.ProviderSettings;
import io.caravan.settings.ProviderType;
import io.caravan.settings.ServerAddress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Looks whether a provider can be reached, lets us in, and has the model. Takes some seconds at most. */
final class ProviderCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LONGEST_LIST = 16 * 1024 * 1024;
    private static final int MOST_NAMES = 20;

    private final Provider provider;
    private final UnaryOperator<String> resolve;
    private final ProviderSettings settings;
    private final ServerAddress server;
    private final String subject;
    private final String key;

    /** @param resolve looks up what is left in a secret for Camel: vaults */
    ProviderCheck(Provider provider, Server server, UnaryOperator<String> resolve) {
        this.provider = provider;
        this.resolve = resolve;
        this.settings = provider.settings();
        this.server = server.address();
        this.subject = "provider " + provider.name()
                + (settings.servers().size() > 1 ? " server " + (server.index() + 1) : "");
        this.key = "caravan.provider." + provider.name();
    }

    List<Finding> findings() throws InterruptedException {
        Map<String, String> headers;
        try {
            headers = headers();
        } catch (RuntimeException e) {
            return List.of(Finding.fail(
                    subject,
                    "not asked, since its key or a header cannot be looked up now: check " + key + ".api-key and " + key
                            + ".headers.*"));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server.url() + provider.dialect().modelsPath()))
                .timeout(PATIENCE);
        try {
            headers.forEach(request::header);
        } catch (IllegalArgumentException e) { // its message holds the value
            return List.of(Finding.fail(
                    subject,
                    "not asked, since its key or a header holds what no header can: check " + key + ".api-key and "
                            + key + ".headers.*"));
        }
        return answered(request.build());
    }

    private Map<String, String> headers() {
        return provider.headers(server, secret -> secret.resolved(resolve));
    }

    private List<Finding> answered(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<InputStream> response = HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofInputStream());
            byte[] body = read(response.body());
            if (provider.dialect().modelsPath().isEmpty() && !isDenied(response.statusCode())) {
                return List.of(Finding.ok(
                        subject,
                        server.url() + " answers (status " + response.statusCode()
                                + "); what it is asked there was not tried"));
            }
            return response.statusCode() / 100 == 2 ? listed(body) : List.of(refused(response, body));
        } catch (IOException | UnresolvedAddressException e) {
            return List.of(Finding.fail(subject, unreachable(e)));
        }
    }

    /** The client's own timeout ends with the headers: a body may trickle for ever, or be endless. */
    private static byte[] read(InputStream body) throws IOException {
        CompletableFuture<Void> late = CompletableFuture.runAsync(
                () -> close(body), CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        try (body) {
            return body.readNBytes(LONGEST_LIST);
        } finally {
            late.cancel(false);
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Finding> listed(byte[] body) {
        List<String> models;
        try {
            models = provider.dialect().models(new ByteArrayInputStream(body));
        } catch (IOException e) {
            return List.of(Finding.fail(
                    subject,
                    server.url() + " answers, but not with a list of models: is " + key + ".type right, and " + key
                            + ".url?"));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok(subject, server.url() + " answers; it has " + count(models)));
        settings.model()
                .ifPresentOrElse(
                        model -> findings.add(model(model, models)),
                        () -> findings.add(
                                Finding.warn(subject, key + ".model is not set: every request has to name a model")));
        return findings;
    }

    private static String count(List<String> models) {
        return models.size() == 1 ? "1 model" : models.size() + " models";
    }

    private Finding model(String model, List<String> models) {
        if (models.stream().anyMatch(listed -> provider.dialect().means(model, listed))) {
            return Finding.ok(subject, "has the model " + model);
        }
        String some = String.join(", ", models.subList(0, Math.min(models.size(), MOST_NAMES)))
                + (models.size() > MOST_NAMES ? ", ..." : "");
        return Finding.warn(
                subject,
                server.url() + " has no model " + model + ": set " + key + ".model to one it has"
                        + (models.isEmpty() ? "" : " (" + some + ")")
                        + (settings.type() == ProviderType.OLLAMA ? ", or: ollama pull " + model : ""));
    }

    private Finding refused(HttpResponse<?> response, byte[] body) {
        Map<String, String> headers = new TreeMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        int status = response.statusCode();
        CaravanException why = provider.dialect().failure(status, headers, body);
        return Finding.fail(subject, server.url() + " (status " + status + ") " + refusal(status, why));
    }

    private static boolean isDenied(int status) {
        return status == 401 || status == 403;
    }

    private String refusal(int status, CaravanException why) {
        if (isDenied(status)) {
            return server.apiKey().isPresent()
                    ? "does not accept the key: check " + key + ".api-key"
                    : "does not let us in without a key: set " + key + ".api-key";
        } else if (status == 404 || status == 405) {
            return "has no list of models at " + provider.dialect().modelsPath() + ": check " + key + ".url"
                    + (settings.type() == ProviderType.OPENAI ? " (mind the /v1)" : "") + " and " + key + ".type";
        }
        return why.code() == ErrorCode.PROVIDER_UNAVAILABLE
                ? "is not well: " + why.getMessage()
                : String.valueOf(why.getMessage());
    }

    private String unreachable(Exception e) {
        if (e instanceof HttpConnectTimeoutException) {
            return server.url() + " cannot be reached within 5s: is the server up, and " + key + ".url right?";
        } else if (e instanceof HttpTimeoutException) {
            return server.url() + " did not answer within 5s: is the server well, and " + key + ".url right?";
        }
        return Unreachable.why(e, String.valueOf(server.url()))
                .map(why -> why + ": start the server, or set " + key + ".url")
                .orElseGet(() -> server.url() + " broke off its answer ("
                        + e.getClass().getSimpleName() + "): is the server well, and " + key + ".url right?");
    }
}
