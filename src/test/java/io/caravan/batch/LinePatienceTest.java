package io.caravan.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.InternalException;
import io.caravan.failure.RejectedException;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinePatienceTest {

    private final CaravanException away = UnavailableException.inVain(ErrorCode.PROVIDER_UNAVAILABLE, "away", null);

    @Test
    void neverGivesUpOnAModelThatIsAway() {
        assertThat(LinePatience.pause(away, 10_000, 0))
                .hasValueSatisfying(
                        pause -> assertThat(pause).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30)));
        assertThat(LinePatience.breaksAnswers(away)).isFalse();
    }

    @Test
    void waitsLongerEachTime() {
        assertThat(LinePatience.pause(away, 1, 0).orElseThrow())
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        assertThat(LinePatience.pause(away, 4, 0).orElseThrow())
                .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
    }

    @Test
    void waitsAsLongAsTheProviderAsks() {
        CaravanException busy =
                UnavailableException.told(ErrorCode.RATE_LIMITED, "busy", "busy", Optional.of(Duration.ofSeconds(20)));

        assertThat(LinePatience.pause(busy, 1, 0).orElseThrow())
                .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20));
    }

    @Test
    void givesUpOnALineThatBreaksTenAnswers() {
        CaravanException broken = StreamException.interrupted("broken", null);
        CaravanException late = UnavailableException.inVain(ErrorCode.PROVIDER_TIMEOUT, "late", null);

        assertThat(LinePatience.pause(broken, 10, 10)).isPresent();
        assertThat(LinePatience.pause(broken, 11, 11)).isEmpty();
        assertThat(LinePatience.pause(late, 11, 11)).isEmpty();
        assertThat(LinePatience.breaksAnswers(late)).isTrue();
    }

    @Test
    void asksNotAgainWhatIsRefused() {
        assertThat(LinePatience.pause(RejectedException.invalid("no"), 1, 0)).isEmpty();
        assertThat(LinePatience.pause(RejectedException.unserved("no key", "no key"), 1, 0))
                .isEmpty();
        assertThat(LinePatience.pause(new InternalException("a defect", null), 1, 0))
                .isEmpty();
    }
}
