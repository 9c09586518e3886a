package io.caravan.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.settings.McpSettings;
import io.caravan.settings.Secret;
import io.modelcontextprotocol.client.transport.HttpClientSseClientTransport;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The SDK's transports, made for our settings. */
final class SdkTransports {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final McpJsonMapper MAPPER = new JacksonMcpJsonMapper(McpJson.MAPPER);

    private final UnaryOperator<String> resolve;

    /** @param resolve looks up what is left in a secret for Camel: vaults */
    SdkTransports(UnaryOperator<String> resolve) {
        this.resolve = resolve;
    }

    /** What the transports of one server share. */
    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /** Streamable HTTP. */
    McpClientTransport http(McpSettings.Remote place, HttpClient client, HttpWatch watch) {
        Map<String, String> headers = resolved(place.headers());
        return HttpClientStreamableHttpTransport.builder(place.origin())
                .endpoint(place.target())
                .clientBuilder(WatchedHttpClient.builder(client, watch))
                .jsonMapper(MAPPER)
                .maxResponseSize(McpJson.LARGEST_MESSAGE)
                .addHttpRequestCustomizer((request, method, uri, body, context) -> {
                    headers.forEach(request::setHeader);
                    Object id = context.get(WatchedHttpClient.REQUEST);
                    if (id != null) {
                        request.setHeader(WatchedHttpClient.REQUEST, id.toString());
                    }
                })
                .build();
    }

    /** HTTP with SSE, of revision 2024-11-05. */
    @SuppressWarnings("deprecation") // so is that way itself; there are servers that know no other
    McpClientTransport sse(McpSettings.Remote place, HttpClient client) {
        Map<String, String> headers = resolved(place.headers());
        return HttpClientSseClientTransport.builder(place.origin())
                .sseEndpoint(place.target())
                .clientBuilder(WatchedHttpClient.builder(client, new HttpWatch()))
                .jsonMapper(MAPPER)
                .maxResponseSize(McpJson.LARGEST_MESSAGE)
                .addHttpRequestCustomizer((request, method, uri, body, context) -> headers.forEach(request::setHeader))
                .build();
    }

    /** The standard input and output of a program. */
    ProgramTransport program(String server, McpSettings.Program place) {
        return new ProgramTransport(server, place.command(), resolved(place.environment()), MAPPER);
    }

    /** A message as the SDK reads it. */
    static McpSchema.JSONRPCMessage message(byte[] json) throws IOException {
        return McpSchema.deserializeJsonRpcMessage(MAPPER, new String(json, UTF_8));
    }

    private Map<String, String> resolved(Map<String, Secret> secrets) {
        Map<String, String> plain = new LinkedHashMap<>();
        secrets.forEach((name, secret) -> plain.put(name, secret.resolved(resolve)));
        return plain;
    }
}
