package io.caravan.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {

    @Test
    void findsOursHoweverDeepItIsWrapped() {
        RejectedException ours = RejectedException.invalid("no");

        assertThat(Failures.of(new RuntimeException(new IllegalStateException(ours))))
                .isSameAs(ours);
    }

    @Test
    void callsASurpriseInternalAndSaysNothingOfItsMessage() {
        CaravanException surprise = Failures.of(new IllegalStateException("holds a prompt"));

        assertThat(surprise.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(surprise.getMessage()).contains("IllegalStateException").doesNotContain("prompt");
        assertThat(surprise).hasRootCauseMessage("holds a prompt");
    }

    @Test
    void logsTheReasonOfWhatItPassesOnWithoutTheServersWords() {
        UnavailableException told = UnavailableException.told(
                ErrorCode.PROVIDER_UNAVAILABLE, "failed (503): said this", "failed (503)", Optional.empty(), true);
        StreamException passedOn =
                new StreamException(ErrorCode.STREAM_INTERRUPTED, String.valueOf(told.getMessage()), true, told);

        assertThat(told).hasMessage("failed (503): said this");
        assertThat(told.reason()).isEqualTo("failed (503)");
        assertThat(passedOn.reason()).isEqualTo("failed (503)");
        assertThat(RejectedException.invalid("no").reason()).isEqualTo("no");
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST,invalid_request,400",
        "UNAUTHORIZED,unauthorized,401",
        "MODEL_NOT_FOUND,model_not_found,404",
        "RATE_LIMITED,rate_limited,429",
        "CANCELLED,cancelled,499",
        "INTERNAL,internal,500",
        "TOOL_FAILED,tool_failed,502",
        "PROVIDER_REJECTED,provider_rejected,502",
        "PROVIDER_PROTOCOL,provider_protocol,502",
        "STREAM_INTERRUPTED,stream_interrupted,502",
        "PROVIDER_UNAVAILABLE,provider_unavailable,503",
        "OVERLOADED,overloaded,503",
        "PROVIDER_TIMEOUT,provider_timeout,504"
    })
    void knowsTheClosedListOfCodes(ErrorCode code, String name, int status) {
        assertThat(code.wireName()).isEqualTo(name);
        assertThat(code.status()).isEqualTo(status);
        assertThat(ErrorCode.values()).hasSize(13);
    }
}
