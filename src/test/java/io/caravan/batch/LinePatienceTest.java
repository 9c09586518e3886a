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
        assertThat(LinePatience.pause(away, 10_000, 0, 0))
                .hasValueSatisfying(
                        pause -> assertThat(pause).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30)));
        assertThat(LinePatience.broken(away)).isFalse();
    }

    @Test
    void waitsLongerEachTime() {
        assertThat(LinePatience.pause(away, 1, 0, 0).orElseThrow())
                .isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        assertThat(LinePatience.pause(away, 4, 0, 0).orElseThrow())
                .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
    }

    @Test
    void waitsAsLongAsTheProviderAsks() {
        CaravanException busy = UnavailableException.told(
                ErrorCode.RATE_LIMITED, "busy", "busy", Optional.of(Duration.ofSeconds(20)), true);

        assertThat(LinePatience.pause(busy, 1, 0, 0)).hasValue(Duration.ofSeconds(20));
    }

    @Test
    void givesUpOnALineThatAloneFails() {
        assertThat(LinePatience.pause(away, 50, LinePatience.MOST_ALONE - 1, 0)).isPresent();
        assertThat(LinePatience.pause(away, 50, LinePatience.MOST_ALONE, 0)).isEmpty();
    }

    @Test
    void givesUpOnALineWhoseAnswersAlwaysBreakOff() {
        CaravanException broken = StreamException.interrupted("broken", null);
        CaravanException late = UnavailableException.inVain(ErrorCode.PROVIDER_TIMEOUT, "late", null);

        assertThat(LinePatience.pause(broken, 29, 0, LinePatience.MOST_BROKEN - 1))
                .isPresent();
        assertThat(LinePatience.pause(broken, 30, 0, LinePatience.MOST_BROKEN)).isEmpty();
        assertThat(LinePatience.broken(broken)).isTrue();
        assertThat(LinePatience.broken(late)).isTrue();
    }

    @Test
    void asksNotAgainWhatIsRefused() {
        assertThat(LinePatience.pause(RejectedException.invalid("no"), 1, 0, 0)).isEmpty();
        assertThat(LinePatience.pause(RejectedException.unserved("no key", "no key"), 1, 0, 0))
                .isEmpty();
        assertThat(LinePatience.pause(new InternalException("a defect", null), 1, 0, 0))
                .isEmpty();
    }
}
