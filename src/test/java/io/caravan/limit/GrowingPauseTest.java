package io.caravan.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GrowingPauseTest {

    private final GrowingPause whole = new GrowingPause(Duration.ofSeconds(1), Duration.ofSeconds(30), 1);

    @Test
    void doublesWithEachFailureUpToTheLongest() {
        assertThat(Stream.of(0, 1, 2, 3, 4, 5, 6).map(whole::after).map(Duration::toSeconds))
                .containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    }

    @Test
    void staysTheLongestHoweverManyFail() {
        assertThat(whole.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
        assertThat(new GrowingPause(Duration.ofDays(365), Duration.ofDays(36_500), 1).after(1_000))
                .isEqualTo(Duration.ofDays(36_500));
    }

    @Test
    void isTheFirstWhereNothingHasFailedYet() {
        assertThat(whole.after(-1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(whole.after(Integer.MIN_VALUE)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void isAnyWhereBetweenItsLeastShareAndTheWhole() {
        GrowingPause pause = new GrowingPause(Duration.ofSeconds(100), Duration.ofSeconds(100), 0.75);

        assertThat(Stream.generate(() -> pause.after(0)).limit(1_000))
                .allSatisfy(time -> assertThat(time).isBetween(Duration.ofSeconds(75), Duration.ofSeconds(100)))
                .anySatisfy(time -> assertThat(time).isLessThan(Duration.ofSeconds(80)))
                .anySatisfy(time -> assertThat(time).isGreaterThan(Duration.ofSeconds(95)));
    }

    @Test
    void isNoneWhereTheFirstIsNone() {
        assertThat(new GrowingPause(Duration.ZERO, Duration.ofSeconds(30)).after(7))
                .isZero();
    }

    @Test
    void isAsLongAsTheServerAsksForUpToWhatIsHeard() {
        Duration most = Duration.ofMinutes(5);

        assertThat(whole.after(1, asks(Duration.ofSeconds(40)), most)).isEqualTo(Duration.ofSeconds(40));
        assertThat(whole.after(1, asks(Duration.ofHours(1)), most)).isEqualTo(most);
        assertThat(whole.after(4, asks(Duration.ofSeconds(3)), most)).isEqualTo(Duration.ofSeconds(16));
        assertThat(whole.after(4, new UnavailableException(ErrorCode.OVERLOADED, "busy"), most))
                .isEqualTo(Duration.ofSeconds(16));
    }

    private static CaravanException asks(Duration pause) {
        return UnavailableException.told(ErrorCode.RATE_LIMITED, "later", "later", Optional.of(pause), true);
    }
}
