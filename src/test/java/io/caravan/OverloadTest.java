package io.caravan;

import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when more is asked than may be answered at once. */
class OverloadTest {

    @Test
    void refusesAtOnceWhatCanNeitherRunNorWaitAndServesTheRestInTurn(@TempDir Path folder) throws Exception {
        try (ScriptedModel model = ScriptedModel.builder()
                        .script(Script.always(Reply.of(Words.of("one two"), Pace.AT_ONCE)))
                        .start();
                TestApp app = TestApp.in(folder)
                        .ollama(model)
                        .set("caravan.max-concurrent=1", "caravan.max-waiting=1")
                        .start();
                ChatClient client = app.connect()) {
            model.next(new Fault.Stall(1));
            client.chat("runs", "hello").until("runs", "chunk");
            client.chat("waits", "hello");
            await().until(() -> app.app().parts().admission().waiting() == 1);
            app.drop("patient.txt", "hello");
            await().until(() -> app.app().parts().admission().waiting() == 2);

            JsonNode error = client.chat("refused", "hello").error("refused");

            assertThat(error.get("code").asText()).isEqualTo("overloaded");
            assertThat(error.get("status_code").asInt()).isEqualTo(503);
            assertThat(error.get("retryable").asBoolean()).isTrue();
            assertThat(error.get("message").asText()).contains("caravan.max-concurrent", "caravan.max-waiting");
            assertThat(client.silent("waits")).isTrue();
            assertThat(model.questions()).hasSize(1);

            client.send("cancel", "runs");
            assertThat(text(client.all("waits"))).isEqualTo("one two");
            await().until(() -> Files.exists(app.outbox("patient.md")));
            assertThat(app.outbox("patient.md")).hasContent("one two");
            await().untilAsserted(() ->
                    assertThat(app.app().parts().admission().running()).isZero());
        }
    }

    @Test
    void makesOneListOfModelsForAllWhoAskMeanwhile(@TempDir Path folder) throws Exception {
        try (ModelListServer server = new ModelListServer();
                TestApp app = TestApp.in(folder).ollama("ollama", server.url()).start();
                ChatClient client = app.connect();
                ChatClient other = app.connect()) {
            client.send("models", "0");
            await().until(() -> server.asked.get() == 1);
            for (int i = 1; i < 100; i++) {
                client.send("models", String.valueOf(i));
            }
            client.send("ping", "all read").end("all read");
            other.send("models", "too");
            other.send("ping", "all read").end("all read");

            server.answers.countDown();

            for (int i = 0; i < 100; i++) {
                assertThat(client.end(String.valueOf(i))
                                .at("/metadata/models/0")
                                .asText())
                        .isEqualTo("ollama/m");
            }
            assertThat(other.end("too").at("/metadata/models/0").asText()).isEqualTo("ollama/m");
            assertThat(server.asked).hasValue(1);
            assertThat(client.send("models", "later")
                            .end("later")
                            .at("/metadata/models/0")
                            .asText())
                    .isEqualTo("ollama/m");
            assertThat(server.asked).hasValue(2);
        }
    }

    @Test
    void refusesMoreListsOfModelsThanRequestsMayBeInFlight(@TempDir Path folder) throws Exception {
        try (ModelListServer server = new ModelListServer();
                TestApp app = TestApp.in(folder)
                        .ollama("ollama", server.url())
                        .set("caravan.websocket.max-in-flight=2")
                        .start();
                ChatClient client = app.connect()) {
            client.send("models", "a").send("models", "b");

            JsonNode error = client.send("models", "c").error("c");

            assertThat(error.get("code").asText()).isEqualTo("overloaded");
            assertThat(error.get("message").asText()).contains("caravan.websocket.max-in-flight");
            server.answers.countDown();
            assertThat(client.end("a").at("/metadata/models/0").asText()).isEqualTo("ollama/m");
            assertThat(client.end("b").at("/metadata/models/0").asText()).isEqualTo("ollama/m");
        }
    }

    @Test
    void tellsAllWhoWaitForAListOfModelsThatThereIsNone(@TempDir Path folder) throws Exception {
        try (ModelListServer server = new ModelListServer();
                TestApp app = TestApp.in(folder).ollama("ollama", server.url()).start();
                ChatClient client = app.connect()) {
            server.status = 500;
            client.send("models", "a");
            await().until(() -> server.asked.get() == 1);
            client.send("models", "b").send("ping", "all read").end("all read");

            server.answers.countDown();

            assertThat(client.error("a").get("code").asText()).isEqualTo("provider_unavailable");
            assertThat(client.error("b").get("code").asText()).isEqualTo("provider_unavailable");
        }
    }

    /** Lists its one model when it may. */
    private static final class ModelListServer implements AutoCloseable {

        final AtomicInteger asked = new AtomicInteger();
        final CountDownLatch answers = new CountDownLatch(1);
        volatile int status = 200;

        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

        ModelListServer() throws IOException {
            server.setExecutor(threads);
            server.createContext("/api/tags", exchange -> {
                asked.incrementAndGet();
                try {
                    answers.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                byte[] list = "{\"models\":[{\"name\":\"m\",\"model\":\"m\"}]}".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, list.length);
                exchange.getResponseBody().write(list);
                exchange.close();
            });
            server.start();
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        @Override
        public void close() {
            answers.countDown();
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
