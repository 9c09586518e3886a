package io.caravan.operate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.caravan.llm.Providers;
import io.caravan.settings.Settings;
import io.caravan.testing.CapturedLog;
import io.caravan.testing.Patience;
import io.caravan.testing.TestApp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PreflightTest {

    private static final String KEY = "a-key-nobody-may-read";

    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private volatile String shownKey = "";

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/api/tags", 200, "{\"models\":[{\"name\":\"Llama3.2:latest\"},{\"name\":\"qwen3:8b\"}]}");
        answer("/v1/models", 200, "{\"data\":[{\"id\":\"gpt-4o\"}]}");
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    @ParameterizedTest
    @CsvSource({
        "llama3.2, true",
        "LLAMA3.2:latest, true",
        "qwen3:8B, true",
        "qwen3, false",
        "llama3.2:1b, false",
    })
    void takesANameForOllamaWithAndWithoutTagAndWhateverItsCapitals(String model, boolean there) {
        List<Finding> found = ollama(url(""), "model=" + model).findings();

        assertThat(lines(found)).first().asString().contains("answers; it has 2 models");
        assertThat(found.get(1).level()).isEqualTo(there ? Finding.Level.OK : Finding.Level.WARN);
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o, OK", "GPT-4o, WARN", "gpt-4o:latest, WARN"})
    void takesANameForAnOpenAiServerAsItStands(String model, Finding.Level level) {
        List<Finding> found = openAi(url("/v1"), "model=" + model).findings();

        assertThat(found).extracting(Finding::level).containsExactly(Finding.Level.OK, level);
    }

    @Test
    void saysWhichModelsThereAreAndHowToGetAnother() {
        List<Finding> found = ollama(url(""), "model=mistral").findings();

        assertThat(lines(found))
                .last()
                .asString()
                .startsWith("warn ")
                .contains("has no model mistral", "caravan.provider.there.model", "Llama3.2:latest, qwen3:8b")
                .contains("ollama pull mistral");
    }

    @Test
    void asksForAModelWhereNoneIsSet() {
        List<Finding> found = ollama(url("")).findings();

        assertThat(lines(found)).last().asString().startsWith("warn ").contains("caravan.provider.there.model");
    }

    @Test
    void saysThatNothingListens() {
        List<Finding> found =
                ollama("http://127.0.0.1:" + TestApp.closedPort(), "model=x").findings();

        assertThat(lines(found))
                .singleElement()
                .asString()
                .startsWith("FAIL ")
                .contains("nothing listens at", "start the server", "caravan.provider.there.url");
    }

    @Test
    void saysThatAHostIsNotKnown() {
        List<Finding> found = ollama("http://no-such-host.invalid", "model=x").findings();

        assertThat(lines(found))
                .singleElement()
                .asString()
                .startsWith("FAIL ")
                .contains("the host of http://no-such-host.invalid is not known");
    }

    @ParameterizedTest
    @CsvSource({"401", "403"})
    void saysThatAKeyIsMissingOrNotAccepted(int status) {
        answer("/closed/models", status, "{\"error\":{\"message\":\"no: " + KEY + "\"}}");

        assertThat(lines(openAi(url("/closed"), "model=x").findings()))
                .singleElement()
                .asString()
                .contains("does not let us in without a key", "set caravan.provider.there.api-key");
        assertThat(lines(openAi(url("/closed"), "model=x", "api-key=" + KEY).findings()))
                .singleElement()
                .asString()
                .contains("does not accept the key", "check caravan.provider.there.api-key")
                .doesNotContain(KEY);
    }

    @Test
    void remindsOfTheEndOfAUrl() {
        assertThat(lines(openAi(url(""), "model=x").findings()))
                .singleElement()
                .asString()
                .startsWith("FAIL ")
                .contains("404", "caravan.provider.there.url (mind the /v1)");
    }

    @Test
    void doubtsTheTypeOfAServerThatAnswersSomethingElse() {
        answer("/page/models", 200, "<html>welcome</html>");

        assertThat(lines(openAi(url("/page"), "model=x").findings()))
                .singleElement()
                .asString()
                .startsWith("FAIL ")
                .contains("not with a list of models", "caravan.provider.there.type");
    }

    @Test
    void doesNotWaitForABodyThatNeverEnds() {
        server.createContext("/endless/api/tags", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().flush();
            awaitTheEnd();
        });
        Preflight endless = ollama(url("/endless"), "model=x");

        assertThat(CompletableFuture.supplyAsync(endless::findings))
                .succeedsWithin(Patience.LONGEST)
                .satisfies(found ->
                        assertThat(lines(found)).singleElement().asString().startsWith("FAIL "));
    }

    @Test
    void showsTheKeyThatAVaultHolds() {
        server.createContext("/vault/models", exchange -> {
            shownKey = exchange.getRequestHeaders().getFirst("Authorization");
            reply(exchange, 200, "{\"data\":[{\"id\":\"x\"}]}");
        });
        Settings settings = settings("openai", url("/vault"), "model=x", "api-key={{vault:it}}");

        List<Finding> found =
                new Preflight(Providers.of(settings.providers()), text -> text.replace("{{vault:it}}", KEY)).findings();

        assertThat(shownKey).isEqualTo("Bearer " + KEY);
        assertThat(found).extracting(Finding::level).containsOnly(Finding.Level.OK);
    }

    @Test
    void saysThatItCannotLookIntoAVault() {
        Settings settings = settings("openai", url("/v1"), "model=x", "api-key={{vault:it}}");

        List<Finding> found = new Preflight(Providers.of(settings.providers()), text -> {
                    throw new IllegalArgumentException("no such vault");
                })
                .findings();

        assertThat(lines(found))
                .singleElement()
                .asString()
                .startsWith("FAIL ")
                .contains("not asked", "cannot be looked up", "caravan.provider.there.api-key");
    }

    @Test
    void keepsAKeyThatNoHeaderCanHoldToItself() {
        Settings settings = settings("openai", url("/v1"), "model=x", "api-key={{vault:it}}");

        List<Finding> found = new Preflight(Providers.of(settings.providers()), text -> KEY + "\n").findings();

        assertThat(lines(found)).singleElement().asString().startsWith("FAIL ").doesNotContain(KEY);
    }

    @Test
    void warnsInTheLogOfWhatIsNotAsItShouldBe() {
        try (CapturedLog log = CapturedLog.listen()) {
            ollama(url(""), "model=mistral").inBackground();

            assertThat(log.await(Preflight.class.getName(), "mistral"))
                    .startsWith("WARN")
                    .contains("provider there", "has no model mistral");
            // What another test has begun in the background may still be told.
            assertThat(log.lines(Preflight.class.getName()))
                    .filteredOn(line -> line.contains(url("")))
                    .hasSize(1);
        }
    }

    @Test
    void holdsNobodyUpInTheBackground() throws IOException {
        try (CapturedLog log = CapturedLog.listen()) {
            String url;
            try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
                url = "http://127.0.0.1:" + silent.getLocalPort();
                ollama(url, "model=x").inBackground();
                assertThat(log.lines(Preflight.class.getName())).noneMatch(line -> line.contains(url));
            }

            assertThat(log.await(Preflight.class.getName(), url)).startsWith("WARN");
        }
    }

    private static List<String> lines(List<Finding> findings) {
        return findings.stream().map(Finding::line).toList();
    }

    private static Preflight ollama(String url, String... own) {
        return preflight("ollama", url, own);
    }

    private static Preflight openAi(String url, String... own) {
        return preflight("openai", url, own);
    }

    private static Preflight preflight(String type, String url, String... own) {
        return new Preflight(Providers.of(settings(type, url, own).providers()), text -> text);
    }

    private static Settings settings(String type, String url, String... own) {
        List<String> sets = new ArrayList<>(List.of(
                "caravan.providers=there", "caravan.provider.there.type=" + type, "caravan.provider.there.url=" + url));
        for (String setting : own) {
            sets.add("caravan.provider.there." + setting);
        }
        return Settings.load(Optional.empty(), Map.of(), sets, false);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void answer(String path, int status, String body) {
        server.createContext(path, exchange -> reply(exchange, status, body));
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        exchange.sendResponseHeaders(status, body.getBytes(UTF_8).length);
        exchange.getResponseBody().write(body.getBytes(UTF_8));
        exchange.close();
    }

    private void awaitTheEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
