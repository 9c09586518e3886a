package io.caravan.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatEvent;
import io.caravan.chat.ChatRequest;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class RetriesTest {

    private final UnavailableException away = new UnavailableException(ErrorCode.PROVIDER_UNAVAILABLE, "away");

    private final Retries retries = new Retries(2, Duration.ofMillis(100), Duration.ofMillis(150));
    private final ChatCall call = new ChatCall("r1", ChatRequest.of("hello"), true);

    private static UnavailableException away(Duration retryAfter) {
        return new UnavailableException(ErrorCode.RATE_LIMITED, "away", null, retryAfter);
    }

    @RepeatedTest(20)
    void pausesLongerEachTimeButNoLongerThanIsSet() {
        call.attempted();
        assertThat(retries.pause(call, away).orElseThrow()).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        call.attempted();
        assertThat(retries.pause(call, away).orElseThrow()).isBetween(Duration.ofMillis(75), Duration.ofMillis(150));
    }

    @Test
    void endsAfterAsManyAsAreSet() {
        call.attempted();
        call.attempted();
        call.attempted();

        assertThat(retries.pause(call, away)).isEmpty();
    }

    @Test
    void doesWhatTheServerAsksForUpToTheLongestPause() {
        call.attempted();

        assertThat(retries.pause(call, away(Duration.ofMillis(150)))).contains(Duration.ofMillis(150));
        assertThat(retries.pause(call, away(Duration.ZERO))).contains(Duration.ZERO);
        assertThat(retries.pause(call, away(Duration.ofMillis(151)))).isEmpty();
    }

    @Test
    void doesNotTryAgainWhatWouldBeInVain() {
        call.attempted();

        assertThat(retries.pause(call, UnavailableException.inVain(ErrorCode.OVERLOADED, "full", null)))
                .isEmpty();
    }

    @Test
    void doesNotTryAgainOnceAChunkIsOut() {
        call.attempted();
        call.takes(new ChatEvent.Text("one"));

        assertThat(retries.pause(call, away)).isEmpty();
    }

    @Test
    void doesNotTryAgainForACallThatWasStopped() {
        call.attempted();
        call.cancel("enough");

        assertThat(retries.pause(call, away)).isEqualTo(Optional.empty());
    }
}
