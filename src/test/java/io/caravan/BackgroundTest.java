package io.caravan;

import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts that nobody waits for at this moment: they give way to chats, and to what the model bears. */
class BackgroundTest {

    private static final Executor THREADS = task -> new Thread(task).start();

    @TempDir
    Path folder;

    private final ScriptedModel model = ScriptedModel.builder()
            .script(Script.always(Reply.of(Words.of("one two"), Pace.steady(Duration.ofMillis(30), Duration.ZERO))))
            .start();

    @AfterEach
    void close() {
        model.close();
    }

    private TestApp start(String... own) {
        return TestApp.in(folder)
                .ollama(model, own)
                .set(
                        "caravan.provider.ollama.retry-backoff=5ms",
                        "caravan.provider.ollama.retry-backoff-max=50ms",
                        "caravan.provider.ollama.breaker.open-for=100ms")
                .start();
    }

    private static String ask(TestApp app, String prompt) {
        try (ProducerTemplate producer = app.app().context().createProducerTemplate()) {
            return producer.send("direct:chat", exchange -> {
                        exchange.setVariable("background", true);
                        exchange.getMessage().setBody(prompt);
                    })
                    .getMessage()
                    .getBody(String.class);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static CompletableFuture<String> asked(TestApp app, String prompt) {
        return CompletableFuture.supplyAsync(() -> ask(app, prompt), THREADS);
    }

    @Test
    void learnsHowMuchTheModelBears() {
        try (TestApp app = start("max-retries=20")) {
            model.when(call -> model.inFlight() > 10, Fault.status(429));

            List<CompletableFuture<String>> prompts = IntStream.range(0, 300)
                    .mapToObj(each -> asked(app, "hello"))
                    .toList();

            assertThat(prompts)
                    .allSatisfy(prompt -> assertThat(prompt)
                            .succeedsWithin(Duration.ofSeconds(60))
                            .isEqualTo("one two"));
            assertThat(app.metric("caravan_limit_concurrency", "ollama")).isBetween(4.0, 16.0);
        }
    }

    @Test
    void answersAChatBeforeAllThatWaits() {
        try (TestApp app = start("max-retries=0");
                ChatClient client = app.connect()) {
            assertThat(ask(app, "hello")).isEqualTo("one two");
            model.when(call -> call.body().contains("work"), new Fault.Stall(1));
            List<CompletableFuture<String>> prompts =
                    IntStream.range(0, 100).mapToObj(each -> asked(app, "work")).toList();
            await().until(() -> app.metric("caravan_limit_concurrency_waiting", "ollama") > 10);

            assertThat(text(client.chat("r1", "hello").all("r1"))).isEqualTo("one two");

            assertThat(prompts).noneMatch(CompletableFuture::isDone);
            model.heal();
            model.disconnectAll();
            assertThat(prompts).allSatisfy(prompt -> assertThat(prompt).succeedsWithin(Duration.ofSeconds(60)));
        }
    }
}
