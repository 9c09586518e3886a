package io.caravan;

import static io.caravan.testing.ChatClient.last;
import static io.caravan.testing.ChatClient.object;
import static io.caravan.testing.ChatClient.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.caravan.demo.Call;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One provider on several servers: who is called, and what becomes of one that fails. */
class SeveralServersTest {

    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    private <T extends AutoCloseable> T open(T resource) {
        opened.add(resource);
        return resource;
    }

    private ScriptedModel model(Pace pace) {
        return open(ScriptedModel.builder()
                .script(Script.always(Reply.of(Words.of("one two three"), pace)))
                .start());
    }

    private ScriptedModel model() {
        return model(Pace.AT_ONCE);
    }

    /** A program with one provider, on these servers. */
    private TestApp app(List<URI> urls, String... own) {
        List<String> settings = new ArrayList<>(List.of(own));
        settings.add("url=" + urls.stream().map(URI::toString).collect(Collectors.joining(",")));
        return open(TestApp.in(folder)
                .openAi("openai", urls.get(0), settings.toArray(String[]::new))
                .start());
    }

    private static URI nobody() {
        return URI.create("http://127.0.0.1:" + TestApp.closedPort() + "/v1");
    }

    private static JsonNode ask(ChatClient client, String id) {
        return client.chat(id, object().put("text", "hello")).end(id);
    }

    /** The last events of so many callers, each of whom asks so often, one question after the other. */
    private List<JsonNode> callers(TestApp app, int callers, int times) {
        List<CompletableFuture<List<JsonNode>>> all = IntStream.range(0, callers)
                .mapToObj(caller -> open(app.connect()))
                .map(client -> CompletableFuture.supplyAsync(
                        () -> IntStream.range(0, times)
                                .mapToObj(i -> ask(client, "r" + i))
                                .toList(),
                        task -> new Thread(task, "caller").start()))
                .toList();
        return all.stream().flatMap(answers -> answers.join().stream()).toList();
    }

    private static int attempts(List<JsonNode> ends) {
        assertThat(ends)
                .allSatisfy(end -> assertThat(end.path("status").asText()).isEqualTo("complete"));
        return ends.stream()
                .mapToInt(end -> end.at("/metadata/attempts").asInt())
                .sum();
    }

    private static String key(Call call) {
        return call.headers().getOrDefault("authorization", "");
    }

    private static Map<String, Long> byKey(ScriptedModel model) {
        return model.questions().stream()
                .collect(Collectors.groupingBy(SeveralServersTest::key, Collectors.counting()));
    }

    @Test
    void givesTheSlowOneFewerCalls() {
        ScriptedModel fast = model();
        ScriptedModel slow = model(Pace.steady(Duration.ofMillis(400), Duration.ZERO));
        ScriptedModel quick = model();
        TestApp app = app(List.of(fast.openAiUrl(), slow.openAiUrl(), quick.openAiUrl()));

        List<JsonNode> ends = callers(app, 3, 20);

        assertThat(attempts(ends)).isEqualTo(60);
        int slowly = slow.questions().size();
        assertThat(slowly)
                .isPositive()
                .isLessThan(fast.questions().size())
                .isLessThan(quick.questions().size());
        assertThat(slowly + fast.questions().size() + quick.questions().size()).isEqualTo(60);
        assertThat(app.metric("caravan_server_in_flight", "")).isZero();
    }

    @Test
    void letsNoCallerSeeThatOneOfThreeIsDead() {
        ScriptedModel first = model();
        ScriptedModel third = model();
        TestApp app = app(
                List.of(first.openAiUrl(), nobody(), third.openAiUrl()), "retry-backoff=60s", "retry-backoff-max=60s");

        List<JsonNode> ends = callers(app, 3, 20);

        assertThat(first.questions().size() + third.questions().size()).isEqualTo(60);
        assertThat(attempts(ends)).isBetween(61, 70); // the dead one is tried again a second later, then after two
        assertThat(ends)
                .allSatisfy(
                        end -> assertThat(end.at("/metadata/timings/total_ms").asLong())
                                .isLessThan(30_000));
    }

    @Test
    void keepsTheBreakerClosedWhenManyCallsMeetTheDeadOneAtOnce() {
        ScriptedModel slow = model(Pace.steady(Duration.ofMillis(300), Duration.ZERO));
        TestApp app = app(
                List.of(nobody(), slow.openAiUrl()),
                "breaker.window=2",
                "breaker.minimum-calls=1",
                "breaker.failure-rate=1");

        List<JsonNode> ends = callers(app, 20, 1);

        assertThat(attempts(ends)).isGreaterThan(20);
        assertThat(slow.questions()).hasSize(20);
        assertThat(app.metric("resilience4j_circuitbreaker_state", "state=\"closed\""))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"503", "500"})
    void asksAnotherServerAtOnceAndEachTryCounts(int status) {
        ScriptedModel first = model();
        ScriptedModel second = model();
        first.always(Fault.status(status));
        second.always(Fault.status(status));
        TestApp app = app(List.of(first.openAiUrl(), second.openAiUrl()), "retry-backoff=10ms", "max-retries=2");

        JsonNode end = ask(open(app.connect()), "r1");

        assertThat(end.at("/error/code").asText()).isEqualTo("provider_unavailable");
        assertThat(first.questions().size() + second.questions().size()).isEqualTo(3);
        assertThat(first.questions()).isNotEmpty();
        assertThat(second.questions()).isNotEmpty();
    }

    @Test
    void goesOnWithAnotherServerWhereOneHangsUpBeforeItsAnswer() {
        ScriptedModel first = model();
        ScriptedModel second = model();
        first.always(new Fault.HangUp(Fault.Cut.How.RESET));
        TestApp app = app(List.of(first.openAiUrl(), second.openAiUrl()), "retry-backoff=20s");

        List<JsonNode> events =
                open(app.connect()).chat("r1", object().put("text", "hello")).all("r1");

        assertThat(text(events)).isEqualTo("one two three");
        assertThat(last(events).at("/metadata/attempts").asInt()).isEqualTo(2);
        assertThat(first.questions()).hasSize(1);
        assertThat(second.questions()).hasSize(1);
    }

    @Test
    void showsEachKeyInTurn() {
        ScriptedModel model = model();
        TestApp app = app(List.of(model.openAiUrl()), "api-key=k1,k2,k3");

        assertThat(attempts(callers(app, 1, 6))).isEqualTo(6);

        assertThat(byKey(model)).isEqualTo(Map.of("Bearer k1", 2L, "Bearer k2", 2L, "Bearer k3", 2L));
    }

    @Test
    void showsEachServerItsOwnKey() {
        ScriptedModel first = model();
        ScriptedModel second = model();
        TestApp app = app(List.of(first.openAiUrl(), second.openAiUrl()), "api-key=k1,k2", "headers.X-Team=blue");

        assertThat(attempts(callers(app, 1, 4))).isEqualTo(4);

        assertThat(byKey(first)).isEqualTo(Map.of("Bearer k1", 2L));
        assertThat(byKey(second)).isEqualTo(Map.of("Bearer k2", 2L));
        assertThat(Stream.concat(first.questions().stream(), second.questions().stream()))
                .allSatisfy(call -> assertThat(call.headers()).containsEntry("x-team", "blue"));
    }

    @Test
    void leavesOnlyTheKeyAloneWhoseRateIsLimited() {
        ScriptedModel model = model();
        model.when(call -> key(call).equals("Bearer k2"), Fault.status(429, "Retry-After", "60"));
        TestApp app = app(List.of(model.openAiUrl()), "api-key=k1,k2,k3", "retry-backoff=20s");

        assertThat(attempts(callers(app, 1, 10))).isEqualTo(11);

        assertThat(byKey(model)).containsEntry("Bearer k2", 1L);
        assertThat(app.metric("caravan_server_set_aside", "server=\"2\"")).isEqualTo(1);
        assertThat(app.metric("caravan_server_set_aside", "")).isEqualTo(1);
    }

    @Test
    void goesOnWithAnotherKeyWhereOneIsNotTaken() {
        ScriptedModel model = model();
        model.when(call -> key(call).equals("Bearer old"), Fault.status(401));
        TestApp app = app(List.of(model.openAiUrl()), "api-key=old,new", "retry-backoff=20s");

        assertThat(attempts(callers(app, 1, 5))).isGreaterThan(5);

        assertThat(byKey(model)).containsEntry("Bearer new", 5L);
        assertThat(byKey(model).get("Bearer old")).isLessThan(5);
    }

    @Test
    void toldThatNoKeyIsTakenSaysSo() {
        ScriptedModel model = model();
        model.always(Fault.status(401));
        TestApp app = app(List.of(model.openAiUrl()), "api-key=k1,k2");

        JsonNode end = ask(open(app.connect()), "r1");

        assertThat(end.at("/error/code").asText()).isEqualTo("provider_rejected");
        assertThat(end.at("/error/retryable").asBoolean()).isFalse();
        assertThat(byKey(model)).isEqualTo(Map.of("Bearer k1", 1L, "Bearer k2", 1L));
    }

    @Test
    void callsEachServerUnderItsOwnAddress() throws Exception {
        ScriptedModel first = model();
        Map<String, String> seen = new ConcurrentHashMap<>();
        HttpServer second = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        second.createContext("/", exchange -> {
            seen.put("host", String.valueOf(exchange.getRequestHeaders().getFirst("Host")));
            seen.put("request", exchange.getRequestMethod() + " " + exchange.getRequestURI());
            seen.put("body", new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            byte[] answer = ("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"second\"},"
                            + "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        second.start();
        open(() -> second.stop(0));
        int port = second.getAddress().getPort();
        TestApp app = app(List.of(first.openAiUrl(), URI.create("http://localhost:" + port + "/deep/api")));
        ChatClient client = open(app.connect());

        ask(client, "r1");
        List<JsonNode> events = client.chat("r2", "hello").all("r2");

        assertThat(text(events)).isEqualTo("second");
        assertThat(seen)
                .containsEntry("host", "localhost:" + port)
                .containsEntry("request", "POST /deep/api/chat/completions");
        Call call = first.questions().get(0);
        assertThat(seen).containsEntry("body", call.body());
        assertThat(call.path()).isEqualTo("/v1/chat/completions");
        assertThat(call.headers()).containsEntry("host", "127.0.0.1:" + first.port());
    }

    @Test
    void speaksTlsToTheServerThatIsAddressedSo() throws Exception {
        ScriptedModel first = model();
        ServerSocket second = open(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()));
        CompletableFuture<Integer> firstByte = CompletableFuture.supplyAsync(
                () -> {
                    try (Socket socket = second.accept()) {
                        return socket.getInputStream().read();
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                },
                task -> new Thread(task, "tls").start());
        URI secure = URI.create("https://127.0.0.1:" + second.getLocalPort() + "/v1");
        TestApp app = app(List.of(secure, first.openAiUrl()));

        List<JsonNode> ends = callers(app, 1, 2);

        assertThat(attempts(ends)).isEqualTo(3);
        assertThat(firstByte.get(Patience.SECONDS, TimeUnit.SECONDS))
                .as("a TLS handshake")
                .isEqualTo(0x16);
        assertThat(first.questions()).hasSize(2);
    }

    @Test
    void listsTheModelsOfTheFirst() {
        ScriptedModel first = model();
        ScriptedModel second = model();
        TestApp app = app(List.of(first.openAiUrl(), second.openAiUrl()), "api-key=k1,k2");
        ChatClient client = open(app.connect());

        JsonNode end = client.send("models", "r1").end("r1");

        assertThat(end.at("/metadata/models").toString()).contains("openai/scripted");
        assertThat(first.calls())
                .hasSize(1)
                .allSatisfy(call -> assertThat(key(call)).isEqualTo("Bearer k1"));
        assertThat(second.calls()).isEmpty();
    }
}
