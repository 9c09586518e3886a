package io.caravan.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.failure.CaravanException;
import io.caravan.limit.Admission;
import io.caravan.settings.Settings;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GracefulStopTest {

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CamelContext context = new DefaultCamelContext();
    private final Admission admission = new Admission(1, 1);
    private final ChatCall call = new ChatCall("r1", ChatRequest.of("hello"), true);

    private final WebPort port = port();

    private WebPort port() {
        context.getRegistry().bind("frameThreads", ExecutorService.class, threads);
        Settings settings = Settings.load(Optional.empty(), Map.of(), List.of("caravan.port=0"), false);
        return WebPort.bind(context, vertx, settings, true);
    }

    @BeforeEach
    void start() {
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        threads.shutdownNow();
    }

    private void stopWithin(Duration grace) {
        new GracefulStop(admission, port, context).within(grace);
    }

    private Socket connect() throws Exception {
        return new Socket(InetAddress.getLoopbackAddress(), port.number());
    }

    @Test
    void letsNobodyElseIn() throws Exception {
        HttpClient caller = HttpClient.newHttpClient();
        URI uri = URI.create("http://127.0.0.1:" + port.number());
        caller.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding());

        stopWithin(Duration.ZERO);

        await().untilAsserted(() -> assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class));
        assertThatThrownBy(() -> admission.admit(call, false)).hasMessage("Caravan is shutting down");
    }

    @Test
    void givesWhatRunsItsTime() {
        admission.admit(call, false);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stopWithin(Duration.ofMinutes(1)), threads);

        await().until(admission::closed);
        assertThat(stopped).isNotDone();
        call.end(null);

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
        assertThat(call.stopped()).isEmpty();
    }

    @Test
    void endsWhatOutlastsItsTime() {
        admission.admit(call, false);
        call.whenStopped(() -> call.end(null));

        stopWithin(Duration.ofMillis(50));

        assertThat(call.stopped().map(CaravanException::getMessage)).contains("Caravan is shutting down");
        assertThat(admission.running()).isZero();
    }
}
