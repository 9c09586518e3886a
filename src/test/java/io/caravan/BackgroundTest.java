package io.caravan;

import static io.caravan.testing.ChatClient.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.camel.BackgroundSteps;
import io.caravan.demo.Fault;
import io.caravan.demo.Pace;
import io.caravan.demo.Reply;
import io.caravan.demo.Script;
import io.caravan.demo.ScriptedModel;
import io.caravan.demo.Words;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.testing.ChatClient;
import io.caravan.testing.TestApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompts that nobody waits for: they outlast a model that is away, and give way to chats. */
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
            return producer.requestBody("direct:chat-in-background", prompt, String.class);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static CompletableFuture<String> asked(TestApp app, String prompt) {
        return CompletableFuture.supplyAsync(() -> ask(app, prompt), THREADS);
    }

    @Test
    void outlastsAModelThatIsAway() {
        try (TestApp app = start()) {
            model.always(Fault.status(503));
            List<CompletableFuture<String>> prompts =
                    IntStream.range(0, 5).mapToObj(each -> asked(app, "hello")).toList();
            await().until(() -> app.metric("caravan_background_pausing", "") > 0);
            await().until(() -> model.questions().size() > 40);
            assertThat(prompts).noneMatch(CompletableFuture::isDone);

            model.heal();

            assertThat(prompts)
                    .allSatisfy(prompt -> assertThat(prompt)
                            .succeedsWithin(Duration.ofSeconds(60))
                            .isEqualTo("one two"));
        }
    }

    @Test
    void givesUpAPromptThatFailsWhileOthersAreAnswered() {
        try (TestApp app = start("max-retries=0", "breaker.minimum-calls=1000", "breaker.window=1000")) {
            model.when(call -> call.body().contains("poison"), Fault.status(500));

            assertThatThrownBy(() -> ask(app, "poison"))
                    .rootCause()
                    .isInstanceOfSatisfying(
                            CaravanException.class,
                            why -> assertThat(why.code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE));

            assertThat(model.questions()).hasSize(6);
            assertThat(ask(app, "hello")).isEqualTo("one two");
        }
    }

    @Test
    void asksOnceWhereThePromptIsRefused() {
        try (TestApp app = start()) {
            model.always(Fault.status(400));

            assertThatThrownBy(() -> ask(app, "hello"))
                    .rootCause()
                    .isInstanceOfSatisfying(
                            CaravanException.class,
                            why -> assertThat(why.code()).isEqualTo(ErrorCode.INVALID_REQUEST));

            assertThat(model.questions()).hasSize(1);
        }
    }

    @Test
    void goesOnNoLongerThanTheAnswerIsWanted() {
        try (TestApp app = start()) {
            model.always(Fault.status(429));
            BooleanSupplier wanted = () -> model.questions().size() < 10;

            CompletableFuture<Exception> failure = CompletableFuture.supplyAsync(
                    () -> {
                        try (ProducerTemplate producer = app.app().context().createProducerTemplate()) {
                            return producer.request("direct:chat-in-background", exchange -> {
                                        exchange.getMessage().setBody("hello");
                                        exchange.setVariable(BackgroundSteps.STILL_WANTED, wanted);
                                    })
                                    .getException();
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    },
                    THREADS);

            assertThat(failure).succeedsWithin(Duration.ofSeconds(60)).isInstanceOf(CaravanException.class);
        }
    }

    @Test
    void doesNotHoldUpAProgramThatStops() {
        TestApp app = start("retry-backoff=10m", "retry-backoff-max=20m", "max-retries=0");
        model.always(Fault.status(503));
        CompletableFuture<String> prompt = asked(app, "hello");
        await().until(() -> app.metric("caravan_background_pausing", "") == 1);

        app.stop(Duration.ofSeconds(5));

        assertThat(prompt).failsWithin(Duration.ofSeconds(60));
    }

    @Test
    void learnsHowMuchTheModelBears() {
        try (TestApp app = start("max-retries=0")) {
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
            model.when(call -> call.body().contains("work"), new Fault.Stall(1));
            List<CompletableFuture<String>> prompts =
                    IntStream.range(0, 50).mapToObj(each -> asked(app, "work")).toList();
            await().until(() -> app.metric("caravan_limit_concurrency_waiting", "ollama") > 40);

            assertThat(text(client.chat("r1", "hello").all("r1"))).isEqualTo("one two");

            assertThat(prompts).noneMatch(CompletableFuture::isDone);
            model.heal();
            model.disconnectAll();
            assertThat(prompts).allSatisfy(prompt -> assertThat(prompt).succeedsWithin(Duration.ofSeconds(60)));
        }
    }
}
