package io.caravan.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.chat.ChatCall;
import io.caravan.chat.ChatRequest;
import io.caravan.failure.ErrorCode;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlinesTest {

    private final Deadlines deadlines = new Deadlines();
    private final ChatCall call = new ChatCall("r1", ChatRequest.of("hello"), true);

    @AfterEach
    void close() {
        deadlines.close();
    }

    @Test
    void stopsACallWhoseTimeIsUpAndSaysWhichTime() {
        deadlines.limit(call, Duration.ofMillis(20), "total-timeout");

        await().until(() -> call.stopped().isPresent());
        assertThat(call.stopped().orElseThrow().code()).isEqualTo(ErrorCode.PROVIDER_TIMEOUT);
        assertThat(call.stopped().orElseThrow()).hasMessage("not answered within 20ms (total-timeout)");
    }

    @Test
    void forgetsTheTimerOfACallThatEnds() {
        deadlines.limit(call, Duration.ofHours(1), "total-timeout");
        assertThat(deadlines.pending()).isEqualTo(1);

        call.end(null);

        assertThat(deadlines.pending()).isZero();
    }

    @Test
    void setsNoTimerForACallThatHasEnded() {
        call.end(null);

        deadlines.limit(call, Duration.ofHours(1), "total-timeout");

        assertThat(deadlines.pending()).isZero();
    }

    @Test
    void runsNothingThatWasCancelled() {
        deadlines.after(Duration.ofHours(1), () -> {}).cancel(false);

        assertThat(deadlines.pending()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0,0s",
        "1,1ms",
        "999,999ms",
        "1000,1s",
        "1500,1500ms",
        "59000,59s",
        "60000,1m",
        "90000,90s",
        "3600000,60m"
    })
    void writesTimesInTheLargestUnitThatFits(long millis, String plain) {
        assertThat(Times.plain(Duration.ofMillis(millis))).isEqualTo(plain);
    }
}
