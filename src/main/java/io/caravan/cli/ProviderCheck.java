package io.caravan.cli;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.llm.Provider;
import io.caravan.settings.ProviderSettings;
import io.caravan.settings.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
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
import javax.net.ssl.SSLException;

/** Looks whether a provider can be reached, lets us in, and has the model. */
final class ProviderCheck {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Provider provider;
    private final ProviderSettings settings;
    private final String subject;
    private final String key;

    ProviderCheck(Provider provider) {
        this.provider = provider;
        this.settings = provider.settings();
        this.subject = "provider " + provider.name();
        this.key = "caravan.provider." + provider.name();
    }

    List<Finding> findings() throws InterruptedException {
        try {
            HttpResponse<byte[]> response = HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(request(), HttpResponse.BodyHandlers.ofByteArray());
            if (provider.dialect().modelsPath().isEmpty() && !isDenied(response)) {
                return List.of(Finding.ok(
                        subject,
                        settings.url() + " answers (status " + response.statusCode()
                                + "); what it is asked there was not tried"));
            }
            return response.statusCode() / 100 == 2 ? listed(response.body()) : List.of(refused(response));
        } catch (IOException | UnresolvedAddressException e) {
            return List.of(Finding.fail(subject, unreachable(e)));
        }
    }

    private HttpRequest request() {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(settings.url() + provider.dialect().modelsPath()))
                .timeout(PATIENCE);
        provider.headers(settings.servers().get(0), Secret::value).forEach(request::header);
        return request.build();
    }

    private List<Finding> listed(byte[] body) {
        List<String> models;
        try {
            models = provider.dialect().models(new ByteArrayInputStream(body));
        } catch (IOException e) {
            return List.of(Finding.fail(
                    subject,
                    settings.url() + " answers, but not with a list of models: is " + key + ".type right, and " + key
                            + ".url?"));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok(subject, settings.url() + " answers; it has " + models.size() + " models"));
        settings.model()
                .ifPresentOrElse(
                        model -> findings.add(model(model, models)),
                        () -> findings.add(
                                Finding.warn(subject, key + ".model is not set: every request has to name a model")));
        return findings;
    }

    private Finding model(String model, List<String> models) {
        boolean there = models.stream().anyMatch(name -> plain(name).equals(plain(model)));
        return there
                ? Finding.ok(subject, "has the model " + model)
                : Finding.warn(
                        subject,
                        "has no model " + model + ": set " + key + ".model to one it has"
                                + (models.isEmpty() ? "" : " (" + String.join(", ", models) + ")")
                                + (provider.dialect().modelsPath().equals("/api/tags")
                                        ? ", or: ollama pull " + model
                                        : ""));
    }

    /**
     * Without what a name may leave out: Ollama's default tag, the day that ends the names in Anthropic's list, the
     * {@code models/} of Gemini.
     */
    private static String plain(String model) {
        String name = model.toLowerCase(Locale.ROOT)
                .replaceFirst("^models/", "")
                .replaceFirst("(?<=^claude-.{1,100})-20[0-9]{6}$", "");
        return name.indexOf(':', name.lastIndexOf('/') + 1) < 0 ? name + ":latest" : name;
    }

    private static boolean isDenied(HttpResponse<byte[]> response) {
        return response.statusCode() == 401 || response.statusCode() == 403;
    }

    private Finding refused(HttpResponse<byte[]> response) {
        Map<String, String> headers = new TreeMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        CaravanException why = provider.dialect().failure(response.statusCode(), headers, response.body());
        String what = isDenied(response)
                ? "does not let us in: set " + key + ".api-key"
                : why.code() == ErrorCode.PROVIDER_UNAVAILABLE ? "is not well: " + why.getMessage() : why.getMessage();
        return Finding.fail(subject, settings.url() + " (status " + response.statusCode() + ") " + what);
    }

    private String unreachable(Exception e) {
        if (e instanceof UnresolvedAddressException || e.getCause() instanceof UnresolvedAddressException) {
            return "the host of " + settings.url() + " is not known: check " + key + ".url";
        } else if (e instanceof HttpTimeoutException) {
            return settings.url() + " did not answer within 5s: is the server well, and " + key + ".url right?";
        } else if (e instanceof ConnectException) {
            return "nothing listens at " + settings.url() + ": start the server, or set " + key + ".url";
        } else if (e instanceof SSLException) {
            return settings.url() + " cannot be trusted: " + e.getMessage();
        }
        return settings.url() + " cannot be reached: " + e.getMessage();
    }
}
