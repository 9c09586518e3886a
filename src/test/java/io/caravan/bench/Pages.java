package io.caravan.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What the stub says besides answers: its models, its counters, and a page to set its script. */
final class Pages {

    private static final Map<String, String> FIXED = Map.of(
            "/",
            "\"the benchmark's stub is running\"",
            "/stub/script",
            "\"set\"",
            "/api/version",
            "{\"version\":\"0.0.0-stub\"}",
            "/api/tags",
            "{\"models\":[{\"name\":\"stub:latest\",\"model\":\"stub:latest\",\"modified_at\":\"2026-01-01T00:00:00Z\","
                    + "\"size\":1,\"digest\":\"0\",\"details\":{\"format\":\"gguf\",\"family\":\"stub\"}}]}",
            "/api/show",
            "{\"details\":{\"format\":\"gguf\",\"family\":\"stub\"},\"model_info\":{},\"capabilities\":[\"completion\"]}",
            "/v1/models",
            "{\"object\":\"list\",\"data\":[{\"id\":\"stub\",\"object\":\"model\",\"created\":1,\"owned_by\":\"stub\"}]}");

    private Pages() {}

    static String response(String path, Counters counters) {
        String page = path.equals("/stub/counters") ? counters.json() : FIXED.get(path);
        return page == null ? response("404 Not Found", "{\"error\":\"no such page\"}") : response("200 OK", page);
    }

    /** A script from {@code chunks=N&rate=R}. */
    static Script script(String query) {
        Map<String, String> values = Arrays.stream(query.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new Script(
                Integer.parseInt(values.getOrDefault("chunks", "500")),
                Double.parseDouble(values.getOrDefault("rate", "50")));
    }

    static String response(String status, String json) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + json.length()
                + "\r\n\r\n" + json;
    }
}
