package io.caravan.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DemoIT {

    @RegisterExtension
    final Site site = Site.forEachTest();

    @Test
    void showsAnAnswerThroughEachDoorThenStaysUpUntilItIsInterrupted() {
        Packaged demo = site.caravan("demo", "--set", "caravan.port=0", "--set", "caravan.management.port=0");

        await().failFast("the demo has ended", () -> !demo.handle().isAlive())
                .until(() -> demo.output().contains("It stays up"));
        assertThat(demo.output())
                .contains("ws://127.0.0.1:", "\"status\":\"complete\"")
                .contains("\"type\":\"tool_call\"", "\"type\":\"tool_result\"", "arrives tomorrow before noon")
                .contains("Sunlight is a mixture of all colours")
                .contains("Caravan wires large language models into Apache Camel routes")
                .contains("caravan.prompts", "the whole answer, in the transaction that took the prompt")
                .contains("A scripted answer: there is no language model behind it");
        assertThat(site.work().resolve("demo/outbox/demo.md")).exists();
        assertThat(demo.output()).containsPattern("http://127.0.0.1:[1-9]\\d+/observe/health");
        assertThat(demo.errors()).isEmpty();
        assertThat(demo.handle().isAlive()).isTrue();

        demo.signal("INT");

        assertThat(demo.exitCode()).isZero();
        assertThat(demo.errors()).isEmpty();
    }
}
