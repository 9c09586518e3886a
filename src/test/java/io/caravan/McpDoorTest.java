package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Caravan as an MCP server. */
class McpDoorTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String META = """
            "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",\
            "io.modelcontextprotocol/clientCapabilities":{}}""";

    /** More than the threads that Vert.x has by itself for what blocks. */
    private static final int CALLS = 40;

    /** The most that run at once. */
    private static final int AT_ONCE = 256;

    @TempDir
    private Path workDir;

    @TempDir
    private Path routes;

    private TestApp app;

    @BeforeEach
    void start() throws IOException {
        write("order", """
                description: Where an order is
                        parameters:
                          type: object
                          properties:
                            order: {type: string, x-mcp-header: Order}
                          required: [order]
                        readOnly: true
                """, "setBody: {simple: 'Order ${body[order]} is on its way'}");
        write("weather", """
                description: The weather
                        title: Weather
                        output:
                          type: object
                          properties: {degrees: {type: integer}}
                          required: [degrees]
                """, "setBody: {constant: '{\"degrees\":21}'}");
        write(
                "broken",
                "description: Fails",
                "throwException: {exceptionType: java.lang.IllegalStateException, message: 'no connection'}");
        app = app();
    }

    private TestApp app(String... settings) {
        return TestApp.in(workDir)
                .ollama("ollama", URI.create("http://127.0.0.1:9"))
                .routes(routes)
                .set(settings)
                .start();
    }

    @AfterEach
    void stop() {
        app.close();
    }

    @Test
    void servesTheClientOfTheOfficialSdk() {
        try (McpSyncClient client = McpClient.sync(HttpClientStreamableHttpTransport.builder(
                                "http://127.0.0.1:" + app.app().port())
                        .endpoint("/mcp")
                        .build())
                .requestTimeout(Duration.ofSeconds(20))
                .build()) {
            McpSchema.InitializeResult initialized = client.initialize();
            assertThat(initialized.serverInfo().name()).isEqualTo("caravan");
            assertThat(initialized.protocolVersion()).isEqualTo("2025-11-25");

            assertThat(client.listTools().tools())
                    .extracting(McpSchema.Tool::name)
                    .containsExactly("broken", "order", "weather");

            McpSchema.CallToolResult order = client.callTool(McpSchema.CallToolRequest.builder("order")
                    .arguments(Map.of("order", "4711"))
                    .build());
            assertThat(((McpSchema.TextContent) order.content().get(0)).text()).isEqualTo("Order 4711 is on its way");
            assertThat(order.isError()).isNotEqualTo(true);

            McpSchema.CallToolResult weather = client.callTool(McpSchema.CallToolRequest.builder("weather")
                    .arguments(Map.of())
                    .build());
            assertThat(weather.structuredContent()).isEqualTo(Map.of("degrees", 21));

            McpSchema.CallToolResult broken = client.callTool(McpSchema.CallToolRequest.builder("broken")
                    .arguments(Map.of())
                    .build());
            assertThat(broken.isError()).isTrue();
            assertThat(((McpSchema.TextContent) broken.content().get(0)).text())
                    .isEqualTo("The tool failed: no connection");
            client.ping();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2024-11-05, 2024-11-05",
        "2025-03-26, 2025-03-26",
        "2025-06-18, 2025-06-18",
        "2025-11-25, 2025-11-25",
        "2026-07-28, 2025-11-25",
        "1999-01-01, 2025-11-25",
    })
    void agreesOnAVersion(String asked, String agreed) {
        HttpResponse<String> response = post(rpc(1, "initialize", "\"protocolVersion\":\"" + asked + "\""));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(response.headers().firstValue("mcp-session-id")).isPresent();
        assertThat(json(response).at("/result/protocolVersion").asText()).isEqualTo(agreed);
        assertThat(json(response).at("/result/capabilities").has("tools")).isTrue();
        assertThat(response.headers().map()).doesNotContainKeys("user-agent", "camelhttppath");
    }

    @Test
    void takesNotificationsWithoutAWord() {
        HttpResponse<String> response = post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE", "PUT"})
    void hasNoStreamAndNothingToDelete(String method) {
        HttpResponse<String> response = send(
                request().method(method, HttpRequest.BodyPublishers.noBody()).build());

        assertThat(response.statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{|400|-32700",
                "|400|-32700",
                "[]|400|-32600",
                "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}|400|-32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1}|400|-32600",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}|400|-32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[1]}|400|-32600",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"prompts/list\"}|200|-32601",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\"}|200|-32601",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"cursor\":\"x\"}}|200|-32602",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"nobody\"}}|200|-32602",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"order\",\"arguments\":[]}}"
                        + "|200|-32602",
            })
    void saysInJsonRpcWhatIsWrong(String body, int status, int code) {
        HttpResponse<String> response = post(body == null ? "" : body);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).at("/error/code").asInt()).isEqualTo(code);
        assertThat(json(response).at("/error/message").asText()).isNotEmpty();
    }

    @Test
    void tellsTheModelBehindTheClientWhatDoesNotFit() {
        JsonNode result = json(post(call(7, "order", "{\"order\":4711}"))).path("result");

        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asText()).contains("`order` is of type integer, not string");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rain", "{\"degrees\":21}{\"degrees\":3}", "{\"degrees\":21} or so"})
    void refusesAResultThatIsNotWhatTheToolPromises(String result) throws IOException {
        write(
                "weather",
                "description: x\n        output: {type: object, required: [degrees]}",
                "setBody: {constant: '" + result + "'}");
        await().until(() -> post(rpc(1, "tools/list", "")).body().contains("\"description\":\"x\""));

        JsonNode told = json(post(call(7, "weather", "{}"))).path("result");

        assertThat(told.path("isError").asBoolean()).isTrue();
        assertThat(told.has("structuredContent")).isFalse();
    }

    @Test
    void answersABatchOfAnOldClient() {
        String batch = "[" + rpc(1, "ping", "") + ",{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"},"
                + call(2, "order", "{\"order\":\"1\"}") + "," + rpc(3, "nonsense", "") + "]";

        JsonNode answers = json(post(batch));

        assertThat(answers).hasSize(3);
        assertThat(answers.at("/0/result").isObject()).isTrue();
        assertThat(answers.at("/1/result/content/0/text").asText()).isEqualTo("Order 1 is on its way");
        assertThat(answers.at("/2/error/code").asInt()).isEqualTo(-32601);
        assertThat(post(batch, "MCP-Protocol-Version", "2025-06-18").statusCode())
                .isEqualTo(400);
    }

    @Test
    void countsWhatClientsAskAndNotWhatTheySay() {
        post(rpc(1, "tools/list", ""));
        post(call(2, "order", "{\"order\":\"confidential\"}"));
        post(call(3, "broken", "{}"));
        post(call(4, "nobody", "{}"));
        post(rpc(5, "made/up", ""));
        post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

        assertThat(answered("tools/list", "none", "none")).isOne();
        assertThat(answered("tools/call", "order", "none")).isOne();
        assertThat(answered("tools/call", "broken", "tool_error")).isOne();
        assertThat(answered("tools/call", "none", "-32602")).isOne();
        assertThat(answered("_OTHER", "none", "-32601")).isOne();
        assertThat(answered("notifications/initialized", "none", "none")).isOne();
        assertThat(app.manage("/observe/metrics").body()).doesNotContain("confidential", "nobody", "made/up");
    }

    @Test
    void countsAResultThatIsNotWhatTheToolPromisesAsAFailure() throws IOException {
        write(
                "forecast",
                "description: x\n        output: {type: object, required: [degrees]}",
                "setBody: {constant: rain}");
        await().until(() -> post(rpc(1, "tools/list", "")).body().contains("forecast"));

        post(call(2, "forecast", "{}"));

        assertThat(answered("tools/call", "forecast", "tool_error")).isOne();
    }

    private double answered(String method, String tool, String error) {
        return app.metric(
                "mcp_server_operation_duration_seconds_count",
                "error_type=\"" + error + "\",gen_ai_tool_name=\"" + tool + "\",mcp_method_name=\"" + method + "\"");
    }

    @Test
    void refusesABodyThatIsTooLong() {
        app.close();
        app = app("caravan.websocket.max-message-size=64KiB");

        assertThat(post(call(1, "order", "{\"order\":\"" + "x".repeat(100_000) + "\"}"))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void letsInOnlyWhoMayComeIn() {
        assertThat(post(rpc(1, "ping", ""), "Origin", "https://elsewhere.example")
                        .statusCode())
                .isEqualTo(403);
        app.close();
        app = app("caravan.auth.token.alice=secret");

        assertThat(post(rpc(1, "ping", "")).statusCode()).isEqualTo(401);
        assertThat(post(rpc(1, "ping", ""), "Authorization", "Bearer wrong").statusCode())
                .isEqualTo(401);
        assertThat(post(rpc(1, "ping", ""), "Authorization", "Bearer secret").statusCode())
                .isEqualTo(200);
    }

    @Test
    void endsACallThatTakesTooLong() throws Exception {
        app.close();
        app = app("caravan.tools.timeout=1s");
        Slow slow = new Slow();

        JsonNode result = json(post(call(1, "slow", "{}"))).path("result");

        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(result.at("/content/0/text").asText()).contains("no answer within 1s");
        slow.awaitInterrupt();
    }

    @Test
    void endsACallThatItsClientCancels() throws Exception {
        Slow slow = new Slow();
        String session = post(rpc(1, "initialize", "\"protocolVersion\":\"2025-11-25\""))
                .headers()
                .firstValue("mcp-session-id")
                .orElseThrow();
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> post(call(9, "slow", "{}"), "Mcp-Session-Id", session));
        slow.awaitEntry();
        String cancel = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":9}}";

        post(cancel, "Mcp-Session-Id", "of somebody else");
        assertThat(answer).isNotDone();
        post(cancel, "Mcp-Session-Id", session);

        assertThat(json(answer.get(Patience.SECONDS, TimeUnit.SECONDS))
                        .at("/result/isError")
                        .asBoolean())
                .isTrue();
        slow.awaitInterrupt();
    }

    @Test
    void endsACallWhoseClientHasLeft() throws Exception {
        Slow slow = new Slow();
        byte[] body = call(1, "slow", "{}").getBytes(StandardCharsets.UTF_8);
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), app.app().port())) {
            socket.getOutputStream()
                    .write(
                            ("POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                                            + body.length + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            slow.awaitEntry();
        }

        slow.awaitInterrupt();
    }

    @Test
    void servesMoreCallsAtOnceThanVertxHasWorkers() throws Exception {
        Slow slow = new Slow(CALLS);
        ExecutorService clients = Executors.newFixedThreadPool(CALLS);
        for (int i = 0; i < CALLS; i++) {
            CompletableFuture<HttpResponse<String>> unused =
                    CompletableFuture.supplyAsync(() -> post(call(1, "slow", "{}")), clients);
        }

        slow.awaitEntry();
        clients.shutdownNow();
    }

    @Test
    void refusesACallThatNoThreadIsLeftFor() throws Exception {
        Slow slow = new Slow(AT_ONCE);
        ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
        for (int i = 0; i < AT_ONCE; i++) {
            CompletableFuture<HttpResponse<String>> unused =
                    CompletableFuture.supplyAsync(() -> post(call(1, "slow", "{}")), clients);
        }
        slow.awaitEntry();

        HttpResponse<String> refused = HTTP.sendAsync(
                        request()
                                .POST(HttpRequest.BodyPublishers.ofString(rpc(1, "ping", "")))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .get(Patience.SECONDS, TimeUnit.SECONDS);
        clients.shutdownNow();

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        await().untilAsserted(
                        () -> assertThat(post(rpc(1, "ping", "")).statusCode()).isEqualTo(200));
    }

    // the stateless era

    @Test
    void discoversWithoutAHandshake() {
        JsonNode result = json(stateless("server/discover", "")).path("result");

        assertThat(result.at("/supportedVersions/0").asText()).isEqualTo("2026-07-28");
        assertThat(result.at("/capabilities").has("tools")).isTrue();
        assertThat(result.path("resultType").asText()).isEqualTo("complete");
        assertThat(result.at("/_meta/io.modelcontextprotocol~1serverInfo/name").asText())
                .isEqualTo("caravan");
    }

    @Test
    void listsAndCallsToolsWithoutAHandshake() {
        JsonNode list = json(stateless("tools/list", "")).path("result");
        assertThat(list.path("tools")).hasSize(3);
        assertThat(list.path("ttlMs").isInt()).isTrue();
        assertThat(list.path("cacheScope").asText()).isEqualTo("private");

        JsonNode result = json(stateless(
                        "tools/call",
                        "\"name\":\"order\",\"arguments\":{\"order\":\"4711\"}",
                        "Mcp-Name",
                        "order",
                        "Mcp-Param-Order",
                        "=?base64?NDcxMQ==?="))
                .path("result");
        assertThat(result.at("/content/0/text").asText()).isEqualTo("Order 4711 is on its way");
        assertThat(result.path("resultType").asText()).isEqualTo("complete");
    }

    @ParameterizedTest
    @ValueSource(strings = {"initialize", "ping", "prompts/list", "subscriptions/listen", "nonsense"})
    void hasNoOtherMethodsWithoutAHandshake(String method) {
        HttpResponse<String> response = stateless(method, "");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(json(response).at("/error/code").asInt()).isEqualTo(-32601);
        assertThat(json(response).path("id").asInt()).isEqualTo(1);
    }

    @Test
    void refusesHeadersThatSaySomethingElseThanTheBody() {
        String order = "\"name\":\"order\",\"arguments\":{\"order\":\"4711\"}";

        assertMismatch(post(rpc(1, "tools/list", META), "MCP-Protocol-Version", "2026-07-28"));
        assertMismatch(post(rpc(1, "tools/list", META), "Mcp-Method", "tools/list"));
        assertMismatch(
                post(rpc(1, "tools/list", META), "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "prompts/list"));
        assertMismatch(stateless("tools/call", order));
        assertMismatch(stateless("tools/call", order, "Mcp-Name", "weather", "Mcp-Param-Order", "4711"));
        assertMismatch(stateless("tools/call", order, "Mcp-Name", "order"));
        assertMismatch(stateless("tools/call", order, "Mcp-Name", "order", "Mcp-Param-Order", "4712"));
        assertMismatch(stateless("tools/call", order, "Mcp-Name", "order", "Mcp-Param-Order", "=?base64?NDcxMQ?="));
        assertMismatch(post(
                rpc(1, "tools/list", META.replace("2026-07-28", "2027-01-01")),
                "MCP-Protocol-Version",
                "2026-07-28",
                "Mcp-Method",
                "tools/list"));
    }

    @Test
    void refusesARequestThatDoesNotSayWhoseItIs() {
        HttpResponse<String> response =
                post(rpc(5, "tools/list", ""), "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/code").asInt()).isEqualTo(-32602);
        assertThat(json(response).path("id").asInt()).isEqualTo(5);
    }

    @Test
    void namesTheVersionItSpeaksToAClientOfALaterOne() {
        HttpResponse<String> response = post(
                rpc(1, "tools/list", META.replace("2026-07-28", "2030-01-01")),
                "MCP-Protocol-Version",
                "2030-01-01",
                "Mcp-Method",
                "tools/list");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/code").asInt()).isEqualTo(-32022);
        assertThat(json(response).at("/error/data/supported/0").asText()).isEqualTo("2026-07-28");
        assertThat(json(response).at("/error/data/requested").asText()).isEqualTo("2030-01-01");
    }

    @Test
    void offersNoToolThatNobodyHereCanApprove() {
        app.close();
        app = app("caravan.tools.confirm=ord*");
        assertThat(post(rpc(1, "tools/list", "")).body()).contains("weather").doesNotContain("\"order\"");
        app.close();
        app = app("caravan.tools.confirm=ord*", "caravan.tools.unattended=allow");
        assertThat(post(rpc(1, "tools/list", "")).body()).contains("weather", "\"order\"");
    }

    private static void assertMismatch(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/code").asInt()).isEqualTo(-32020);
    }

    private HttpResponse<String> stateless(String method, String params, String... headers) {
        HttpRequest.Builder request = request()
                .header("MCP-Protocol-Version", "2026-07-28")
                .header("Mcp-Method", method)
                .POST(HttpRequest.BodyPublishers.ofString(
                        rpc(1, method, params + (params.isEmpty() ? "" : ",") + META)));
        return send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    private HttpResponse<String> post(String body, String... headers) {
        HttpRequest.Builder request = request().POST(HttpRequest.BodyPublishers.ofString(body));
        return send((headers.length == 0 ? request : request.headers(headers)).build());
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.app().port() + "/mcp"))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream");
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String rpc(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + params + "}}";
    }

    private static String call(int id, String tool, String arguments) {
        return rpc(id, "tools/call", "\"name\":\"" + tool + "\",\"arguments\":" + arguments);
    }

    private static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private void write(String name, String parameters, String step) throws IOException {
        Files.writeString(routes.resolve(name + ".camel.yaml"), """
                - route:
                    id: %1$s
                    from:
                      uri: tool:%1$s
                      parameters:
                        %2$s
                      steps:
                        - %3$s
                """.formatted(name, parameters.strip(), step));
    }

    /** A tool that waits until it is interrupted. */
    private final class Slow {

        private final CountDownLatch entered;
        private final CountDownLatch interrupted = new CountDownLatch(1);

        Slow() throws IOException {
            this(1);
        }

        Slow(int calls) throws IOException {
            entered = new CountDownLatch(calls);
            Processor wait = exchange -> {
                entered.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                }
            };
            app.app().context().getRegistry().bind("wait", wait);
            write("slow", "description: Takes its time", "process: {ref: wait}");
            await().until(() -> post(rpc(1, "tools/list", "")).body().contains("\"slow\""));
        }

        void awaitEntry() throws InterruptedException {
            assertThat(entered.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        }

        void awaitInterrupt() throws InterruptedException {
            assertThat(interrupted.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }
}
