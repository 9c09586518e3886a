package io.caravan.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatEvent;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class RetriesTest {

    private final UnavailableException away = new UnavailableException(ErrorCode.PROVIDER_UNAVAILABLE, "away");

    private final Providers providers = Ask.providers(
            "caravan.providers=a,b",
            "caravan.provider.a.type=ollama",
            "caravan.provider.a.model=x",
            "caravan.provider.a.retry-backoff=100ms",
            "caravan.provider.a.retry-backoff-max=150ms",
            "caravan.provider.b.type=openai");
    private final Retries retries = new Retries(providers);
    private final ChatCall call = Ask.of(providers, "a", "x");

    private static UnavailableException away(Duration retryAfter) {
        return new UnavailableException(ErrorCode.RATE_LIMITED, "away", null, retryAfter);
    }

    @RepeatedTest(20)
    void pausesLongerEachTimeButNoLongerThanIsSet() {
        call.progress().attempted();
        assertThat(retries.pause(call, away).orElseThrow()).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        call.progress().attempted();
        assertThat(retries.pause(call, away).orElseThrow()).isBetween(Duration.ofMillis(75), Duration.ofMillis(150));
    }

    @Test
    void endsAfterAsManyAsAreSet() {
        call.progress().attempted();
        call.progress().attempted();
        call.progress().attempted();

        assertThat(retries.pause(call, away)).isEmpty();
    }

    @Test
    void doesWhatTheServerAsksForUpToTheLongestPause() {
        call.progress().attempted();

        assertThat(retries.pause(call, away(Duration.ofMillis(150)))).contains(Duration.ofMillis(150));
        assertThat(retries.pause(call, away(Duration.ofMillis(151)))).isEmpty();
    }

    @Test
    void waitsAsEverWhereTheServerAsksForNoPauseAtAll() {
        call.progress().attempted();

        assertThat(retries.pause(call, away(Duration.ZERO)).orElseThrow())
                .isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
    }

    @Test
    void doesNotTryAgainWhatWouldBeInVain() {
        call.progress().attempted();

        assertThat(retries.pause(call, UnavailableException.inVain(ErrorCode.OVERLOADED, "full", null)))
                .isEmpty();
    }

    @Test
    void doesNotAskAnewOnceAChunkIsOut() {
        call.progress().attempted();
        call.takes(new ChatEvent.Text("one"));

        assertThat(retries.pause(call, broken())).isEmpty();
    }

    @Test
    void resumesAnAnswerThatBrokeOffWhereItsTextIsRemembered() {
        call.progress().remember();
        call.progress().attempted();
        call.takes(new ChatEvent.Text("one"));

        assertThat(retries.pause(call, broken())).isPresent();
    }

    @Test
    void resumesNoAnswerWithAToolCallInIt() {
        call.progress().remember();
        call.progress().attempted();
        call.takes(new ChatEvent.Text("one"));
        call.takes(new ChatEvent.ToolCall("c1", "now", JsonNodeFactory.instance.objectNode()));

        assertThat(retries.pause(call, broken())).isEmpty();
    }

    @Test
    void doesNotWaitAgainForAServerThatWasSilentWhereAnotherCouldAnswer() {
        Providers two = Ask.providers(
                "caravan.providers=a,b",
                "caravan.provider.a.type=ollama",
                "caravan.provider.b.type=openai",
                "caravan.provider.b.model=y");
        ChatCall asked = Ask.of(two, "a", "x");
        UnavailableException silent = new UnavailableException(ErrorCode.PROVIDER_TIMEOUT, "silent");
        asked.progress().attempted();
        call.progress().attempted();

        assertThat(new Retries(two).pause(asked, silent)).isEmpty();
        assertThat(retries.pause(call, silent)).isPresent();
    }

    private StreamException broken() {
        return new StreamException(ErrorCode.STREAM_INTERRUPTED, "broke off", true, null);
    }

    @Test
    void doesNotTryAgainForACallThatWasStopped() {
        call.progress().attempted();
        call.cancel("enough");

        assertThat(retries.pause(call, away)).isEqualTo(Optional.empty());
    }
}
