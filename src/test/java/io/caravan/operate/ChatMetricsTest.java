package io.caravan.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.failure.CaravanException;
import io.caravan.failure.UnavailableException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChatMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ChatMetrics metrics = new ChatMetrics(registry);

    @Test
    void namesTheModelThatAnswered() {
        ended("ollama", "llama3.2", Optional.empty());
        ended("ollama", "made-up", Optional.of(UnavailableException.silent("no answer")));

        assertThat(models("ollama")).containsExactly("llama3.2", "none");
    }

    @Test
    void countsAllModelsBeyondTheFirst64OfAProviderUnderOneName() {
        ended("ollama", "llama3.2", Optional.empty());
        for (int i = 0; i < 1_000; i++) {
            ended("agent", "made-up-" + i, Optional.empty());
        }
        ended("agent", "made-up-0", Optional.empty());

        assertThat(models("agent"))
                .hasSize(65)
                .containsAll(
                        IntStream.range(0, 64).mapToObj(i -> "made-up-" + i).toList())
                .contains("others");
        assertThat(answered("agent", "made-up-0")).isEqualTo(2);
        assertThat(answered("agent", "others")).isEqualTo(1_000 - 64);
        assertThat(models("ollama")).containsExactly("llama3.2");
    }

    private void ended(String provider, String model, Optional<CaravanException> failure) {
        ChatCall call = new ChatCall("r", ChatRequest.of("Why?"), true);
        call.progress().chosen(provider, model);
        metrics.ended(call, failure);
    }

    private List<String> models(String provider) {
        return registry.find("caravan.requests").tag("gen_ai.provider.name", provider).counters().stream()
                .map(counter -> String.valueOf(counter.getId().getTag("gen_ai.request.model")))
                .sorted()
                .toList();
    }

    private double answered(String provider, String model) {
        return registry.get("caravan.requests")
                .tag("gen_ai.provider.name", provider)
                .tag("gen_ai.request.model", model)
                .counter()
                .count();
    }
}
