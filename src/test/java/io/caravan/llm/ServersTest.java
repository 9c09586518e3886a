package io.caravan.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.failure.CancelledException;
import io.caravan.failure.CaravanException;
import io.caravan.failure.ErrorCode;
import io.caravan.failure.RejectedException;
import io.caravan.failure.StreamException;
import io.caravan.failure.UnavailableException;
import io.caravan.settings.ServerAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServersTest {

    private final CaravanException away = new UnavailableException(ErrorCode.PROVIDER_UNAVAILABLE, "away");

    private long now = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos(); // runs over, as nanoTime may

    private final Servers three = servers(3);

    private Servers servers(int count) {
        List<ServerAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(new ServerAddress(URI.create("http://server-" + i), Optional.empty()));
        }
        return new Servers("test", addresses, Duration.ofSeconds(30), () -> now);
    }

    private void later(long millis) {
        now += Duration.ofMillis(millis).toNanos();
    }

    private static CaravanException limited(Duration retryAfter) {
        return new UnavailableException(ErrorCode.RATE_LIMITED, "limited", null, retryAfter);
    }

    private static int served(Servers servers) {
        ServerCall call = servers.take();
        call.release();
        return call.index();
    }

    private static CaravanException fails(ServerCall call, CaravanException why) {
        CaravanException told = call.failed(why);
        call.release();
        return told;
    }

    @Test
    void takesTurnsWhereAllHaveAsManyCalls() {
        assertThat(List.of(served(three), served(three), served(three), served(three)))
                .containsExactly(0, 1, 2, 0);
    }

    @Test
    void prefersTheOneWithTheFewestCalls() {
        ServerCall first = three.take();
        three.take();
        three.take();
        first.release();
        first.release(); // told twice, it counts once

        assertThat(three.take().index()).isZero();
        assertThat(three.all()).extracting(Server::inFlight).containsExactly(1, 1, 1);
    }

    @Test
    void setsAsideForTwiceAsLongEachTimeButNoLongerThanIsSet() {
        Servers two = servers(2);
        ServerCall hanging = two.take();
        hanging.release();
        long[] seconds = {1, 2, 4, 8, 16, 30, 30};

        for (long pause : seconds) {
            ServerCall call = two.take();
            while (call.index() != 1) {
                call = two.take();
            }
            fails(call, away);
            later(pause * 1000 - 1);
            assertThat(two.all().get(1).setAside()).isTrue();
            later(1);
            assertThat(two.all().get(1).setAside()).isFalse();
        }
    }

    @Test
    void forgetsFailuresWhenACallSucceeds() {
        ServerCall first = three.take();
        fails(first, away);
        later(1_000);
        three.take();
        three.take();
        ServerCall again = three.take();
        assertThat(again.index()).isZero();
        again.succeeded();
        again.release();

        ServerCall third = three.take();
        assertThat(third.index()).isZero();
        fails(third, away);
        later(1_000);

        assertThat(three.all().get(0).setAside()).isFalse();
    }

    @Test
    void countsFailuresOfCallsThatWereUnderWayTogetherOnce() {
        Servers two = servers(2);
        ServerCall one = two.take();
        two.take();
        ServerCall other = two.take();
        fails(one, away);
        fails(other, away);

        later(1_000);

        assertThat(two.all().get(0).setAside()).isFalse();
    }

    @Test
    void triesAServerThatComesBackWithOneCall() {
        fails(three.take(), away);
        later(1_000);
        three.take();
        three.take();

        ServerCall probe = three.take();
        assertThat(probe.index()).isZero();
        assertThat(three.take().index()).isNotZero();
        assertThat(three.take().index()).isNotZero();

        probe.succeeded();
        assertThat(three.take().index()).isZero();
    }

    @Test
    void takesTheOneThatComesBackFirstWhereAllAreSetAside() {
        ServerCall first = three.take();
        ServerCall second = three.take();
        ServerCall third = three.take();
        fails(second, away);
        later(100);
        fails(first, away);
        later(100);
        CaravanException told = fails(third, away);

        assertThat(told).isSameAs(away);
        assertThat(three.take().index()).isEqualTo(1);
        assertThat(three.limitedFor()).isZero();
    }

    @Test
    void tellsThatAnotherServerIsReadyAndThatTheProviderIsNotToBlame() {
        CaravanException told = fails(three.take(), away);

        assertThat(told).isInstanceOfSatisfying(UnavailableException.class, failure -> {
            assertThat(failure.anotherServer()).isTrue();
            assertThat(failure.worthRepeating()).isTrue();
            assertThat(failure).hasMessage("away").hasCause(away);
        });
        assertThat(Breakers.blamesTheModel(told)).isFalse();
        assertThat(Breakers.blamesTheModel(new StreamException(ErrorCode.STREAM_INTERRUPTED, "cut", true, told)))
                .isFalse();
        assertThat(three.take().index()).isEqualTo(1);
    }

    @Test
    void takesAnInterruptedAnswerForTheServersFault() {
        CaravanException told = fails(three.take(), StreamException.interrupted("broke off", null));

        assertThat(told.code()).isEqualTo(ErrorCode.PROVIDER_UNAVAILABLE);
        assertThat(three.all().get(0).setAside()).isTrue();
    }

    @Test
    void setsAsideAServerThatDoesNotTakeItsKey() {
        RejectedException denied = RejectedException.unserved("denied: no", "denied");

        CaravanException told = fails(three.take(), denied);

        assertThat(told).isInstanceOf(UnavailableException.class);
        assertThat(told.code()).isEqualTo(ErrorCode.PROVIDER_REJECTED);
        assertThat(told.reason()).isEqualTo("denied");
        assertThat(three.all().get(0).setAside()).isTrue();
    }

    @Test
    void setsNobodyAsideForWhatIsNotItsFault() {
        List<CaravanException> others = List.of(
                RejectedException.invalid("wrong"),
                new CancelledException("left", false),
                UnavailableException.inVain(ErrorCode.OVERLOADED, "all connections taken", null));

        for (CaravanException why : others) {
            assertThat(fails(three.take(), why)).isSameAs(why);
        }

        assertThat(three.all()).noneMatch(Server::setAside);
    }

    @Test
    void leavesAServerAloneAsLongAsItAsksFor() {
        fails(three.take(), limited(Duration.ofSeconds(20)));
        later(19_999);
        assertThat(three.all().get(0).setAside()).isTrue();

        later(1);
        assertThat(three.all().get(0).setAside()).isFalse();
    }

    @Test
    void tellsHowLongAllLimitTheirRate() {
        fails(three.take(), limited(Duration.ofSeconds(20)));
        fails(three.take(), limited(Duration.ofSeconds(5)));
        assertThat(three.limitedFor()).isZero();

        ServerCall third = three.take();
        third.succeeded();
        third.answered(Map.of("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "9s"));
        third.release();

        assertThat(three.limitedFor()).isEqualTo(Duration.ofSeconds(5));
        later(5_000);
        assertThat(three.limitedFor()).isZero();
    }

    @Test
    void believesNobodyForLongerThanAMinute() {
        Servers one = servers(1);

        fails(one.take(), limited(Duration.ofDays(1)));

        assertThat(one.limitedFor()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void neverSetsTheOnlyServerAside() {
        Servers one = servers(1);

        assertThat(fails(one.take(), away)).isSameAs(away);

        assertThat(one.all().get(0).setAside()).isFalse();
    }
}
