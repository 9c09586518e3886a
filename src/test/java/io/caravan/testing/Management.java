package io.caravan.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The management port of a Caravan, in this process or another. */
public record Management(int port) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Asks for a page. */
    public HttpResponse<String> get(String path) {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What is found about its health. */
    public String health() {
        return get("/observe/health").body();
    }

    /** The sum of all series of a metric whose labels hold this text; not a number where one of them is not known. */
    public double metric(String name, String labels) {
        Matcher series = Pattern.compile("(?m)^" + Pattern.quote(name) + "(\\{[^\\n]*})? (\\S+)$")
                .matcher(get("/observe/metrics").body());
        double sum = 0;
        while (series.find()) {
            if (labels.isEmpty() || String.valueOf(series.group(1)).contains(labels)) {
                sum += Double.parseDouble(series.group(2));
            }
        }
        return sum;
    }
}
