package io.caravan;

import static io.caravan.testing.ChatClient.object;
import static io.caravan.testing.ChatClient.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers whose answers are not HTTP, or whose list of models never ends. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class OddServersTest {

    @TempDir
    Path folder;

    private final ScriptedModel second = ScriptedModel.builder()
            .script(Script.always(Reply.of(Words.of("from the second"), Pace.AT_ONCE)))
            .start();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void stop() {
        over.countDown();
        threads.shutdownNow();
        second.close();
    }

    /** Answers each connection with these bytes, and closes it. */
    private URI answering(ServerSocket server, String bytes) {
        threads.execute(() -> {
            boolean answered = true;
            while (answered || !server.isClosed()) {
                answered = answer(server, bytes);
            }
        });
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    private static boolean answer(ServerSocket server, String bytes) {
        try (Socket caller = server.accept()) {
            int read = caller.getInputStream().read(new byte[65_536]);
            caller.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            return read > 0;
        } catch (IOException e) {
            return false; // the caller was not patient
        }
    }

    /** Has no model that is asked for, and a list of models that trickles for ever. */
    private HttpServer withEndlessList() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/api/chat", call -> {
            byte[] missing = "{\"error\":\"model 'x' not found\"}".getBytes(ISO_8859_1);
            call.sendResponseHeaders(404, missing.length);
            call.getResponseBody().write(missing);
            call.close();
        });
        server.createContext("/api/tags", call -> {
            call.sendResponseHeaders(200, 0);
            try (OutputStream body = call.getResponseBody()) {
                do {
                    body.write(' ');
                    body.flush();
                } while (!over.await(50, TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        return server;
    }

    private static URI url(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/9.1 200 OK\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: foo\r\n\r\n{}"
            })
    void anAnswerThatIsNotHttpIsTheServersFaultAndNotOurs(String answer) throws IOException {
        try (ServerSocket odd = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                TestApp app = TestApp.in(folder)
                        .ollama("first", answering(odd, answer))
                        .ollama("second", second.url())
                        .start();
                ChatClient client = app.connect()) {

            JsonNode told = client.chat("r1", object().put("text", "hello").put("model", "first/scripted"))
                    .error("r1");
            List<JsonNode> events = client.chat("r2", "hello").all("r2");

            assertThat(told.path("code").asText()).isEqualTo("provider_protocol");
            assertThat(told.path("message").asText()).contains("first did not answer in HTTP");
            assertThat(text(events)).isEqualTo("from the second");
        }
    }

    @Test
    void whoTakesOverDoesNotWaitForAListOfModelsThatNeverEnds() throws IOException {
        HttpServer first = withEndlessList();
        try (TestApp app = TestApp.in(folder)
                        .ollama("first", url(first), "first-byte-timeout=1h")
                        .ollama("second", second.url())
                        .start();
                ChatClient client = app.connect()) {

            List<JsonNode> events = client.chat("r1", "hello").all("r1");

            assertThat(text(events)).isEqualTo("from the second");
        } finally {
            first.stop(0);
        }
    }

    @Test
    void aMissingModelIsToldAlsoWhereTheListOfModelsNeverEnds() throws IOException {
        HttpServer first = withEndlessList();
        try (TestApp app = TestApp.in(folder)
                        .ollama("first", url(first), "first-byte-timeout=500ms")
                        .ollama("second", second.url())
                        .start();
                ChatClient client = app.connect()) {

            JsonNode told = client.chat("r1", object().put("text", "hello").put("model", "first/y"))
                    .error("r1");

            assertThat(told.path("code").asText()).isEqualTo("model_not_found");
            assertThat(told.path("message").asText()).contains("second/");
            assertThat(app.metric("caravan_requests_running", "")).isZero();
        } finally {
            first.stop(0);
        }
    }
}
