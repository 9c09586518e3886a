package io.caravan.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PlacesTest {

    private final Places places = new Places(1);

    private void takeTheOnlyOne() {
        assertThat(places.take()).isCompletedWithValue(true);
    }

    @Test
    void givesAPlaceAtOnceWhileOneIsFree() {
        assertThat(places.full()).isFalse();

        assertThat(places.take()).isCompletedWithValue(true);

        assertThat(places.full()).isTrue();
        assertThat(places.taken()).isOne();
        assertThat(places.waiting()).isZero();
    }

    @Test
    void passesAPlaceOnToWhoeverHasWaitedLongest() {
        takeTheOnlyOne();
        CompletableFuture<Boolean> first = places.take();
        CompletableFuture<Boolean> second = places.take();
        assertThat(places.waiting()).isEqualTo(2);

        places.free();

        assertThat(first).isCompletedWithValue(true);
        assertThat(second).isNotDone();
        assertThat(places.taken()).isOne();
        assertThat(places.waiting()).isOne();
    }

    @Test
    void passesOverWhoeverHasLeftTheLine() {
        takeTheOnlyOne();
        CompletableFuture<Boolean> first = places.take();
        CompletableFuture<Boolean> second = places.take();

        places.giveUp(first);
        places.free();

        assertThat(first).isCompletedWithValue(false);
        assertThat(second).isCompletedWithValue(true);
        assertThat(places.waiting()).isZero();
    }

    @Test
    void leavesAPlaceWithWhoeverGivesUpTooLate() {
        CompletableFuture<Boolean> turn = places.take();

        places.giveUp(turn);

        assertThat(turn).isCompletedWithValue(true);
        assertThat(places.taken()).isOne();
    }

    @Test
    void isEmptyAgainWhenAllHaveLeft() {
        takeTheOnlyOne();

        places.free();

        assertThat(places.full()).isFalse();
        assertThat(places.taken()).isZero();
    }
}
