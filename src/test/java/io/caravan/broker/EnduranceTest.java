package io.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.InternalException;
import io.caravan.failure.RejectedException;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnduranceTest {

    private final CaravanException away = new UnavailableException(ErrorCode.PROVIDER_UNAVAILABLE, "away");
    private final CaravanException wrong = RejectedException.invalid("wrong");
    private final CaravanException surprise = new InternalException("surprise", null);
    private final CaravanException broken = StreamException.interrupted("broken", null);

    private final Endurance endurance = new Endurance(Duration.ofNanos(1));
    private final Endurance slow = new Endurance(Duration.ofHours(1));

    @Test
    void triesAgainForAsLongAsEverybodyHasToWait() {
        Delivery delivery = endurance.delivered(1);

        for (int i = 0; i < 40; i++) {
            assertThat(endurance.judge(delivery, away)).isEqualTo(Fate.AGAIN);
        }
    }

    @Test
    void setsAsideWhatFailsAgainAndAgainWhileOthersAreAnswered() {
        Delivery delivery = endurance.delivered(1);

        for (int i = 0; i < 9; i++) {
            endurance.answered();
            assertThat(endurance.judge(delivery, away)).isEqualTo(Fate.AGAIN);
            assertThat(endurance.judge(delivery, away)).isEqualTo(Fate.AGAIN);
        }
        endurance.answered();
        assertThat(endurance.judge(delivery, away)).isEqualTo(Fate.DEAD);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"RATE_LIMITED", "OVERLOADED"})
    void neverBlamesWhatHasToWaitForItsTurn(ErrorCode full) {
        Delivery delivery = endurance.delivered(1);

        for (int i = 0; i < 40; i++) {
            endurance.answered();
            assertThat(endurance.judge(delivery, new UnavailableException(full, "full")))
                    .isEqualTo(Fate.AGAIN);
        }
    }

    @Test
    void outlastsAKeyThatIsWrongForThatIsNotTheMessagesFault() {
        assertThat(endurance.judge(endurance.delivered(1), RejectedException.unserved("key", "key")))
                .isEqualTo(Fate.AGAIN);
    }

    @Test
    void setsAsideAtOnceWhatIsWrongItself() {
        assertThat(slow.judge(slow.delivered(1), wrong)).isEqualTo(Fate.DEAD);
    }

    @Test
    void givesASurpriseBackTenTimes() {
        assertThat(endurance.judge(endurance.delivered(1), surprise)).isEqualTo(Fate.BACK);
        assertThat(endurance.judge(endurance.delivered(9), broken)).isEqualTo(Fate.BACK);
        assertThat(endurance.judge(endurance.delivered(10), surprise)).isEqualTo(Fate.DEAD);
        assertThat(endurance.judge(endurance.delivered(10), broken)).isEqualTo(Fate.DEAD);
    }

    @Test
    void doesNotWaitLongerThanWhoeverWaitsForTheAnswer() {
        Delivery late = slow.delivered(1);
        late.limit(Optional.of(Duration.ofMinutes(1)));
        Delivery inTime = endurance.delivered(1);
        inTime.limit(Optional.of(Duration.ofMinutes(1)));

        assertThat(slow.judge(late, away)).isEqualTo(Fate.DEAD);
        assertThat(endurance.judge(inTime, away)).isEqualTo(Fate.AGAIN);
    }

    @Test
    void leavesTheModelAloneForAsLongAsItAsks() {
        CaravanException busy = UnavailableException.limited("busy", Duration.ofHours(1));
        CompletableFuture<Fate> fate =
                CompletableFuture.supplyAsync(() -> endurance.judge(endurance.delivered(1), busy));

        await().until(() -> endurance.waiting() == 1);
        endurance.stop();

        assertThat(fate).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(Fate.BACK);
    }

    @Test
    void givesEverythingBackWhenTheProgramStops() {
        CompletableFuture<Fate> waits = CompletableFuture.supplyAsync(() -> slow.judge(slow.delivered(1), away));
        CompletableFuture<Fate> surprised =
                CompletableFuture.supplyAsync(() -> slow.judge(slow.delivered(1), surprise));

        slow.stop();

        assertThat(waits).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(Fate.BACK);
        assertThat(surprised).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(Fate.BACK);
        assertThat(slow.judge(slow.delivered(2), away)).isEqualTo(Fate.BACK);
    }

    @Test
    void doesNotBlameAMessageForTheStopsOfTheProgram() {
        endurance.stop();

        assertThat(endurance.judge(endurance.delivered(9), away)).isEqualTo(Fate.ANEW);
        assertThat(endurance.judge(endurance.delivered(10), away)).isEqualTo(Fate.ANEW);
        assertThat(endurance.judge(endurance.delivered(10), surprise)).isEqualTo(Fate.DEAD);
    }
}
