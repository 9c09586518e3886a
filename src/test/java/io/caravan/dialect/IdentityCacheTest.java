package io.caravan.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class IdentityCacheTest {

    private final IdentityCache<StringBuilder, String> cache = new IdentityCache<>();
    private final AtomicInteger made = new AtomicInteger();

    @Test
    void makesAValueOnceForEachObject() {
        StringBuilder one = new StringBuilder("a");
        StringBuilder other = new StringBuilder("a");

        assertThat(cache.get(one, this::make)).isEqualTo("a1");
        assertThat(cache.get(one, this::make)).isEqualTo("a1");
        assertThat(cache.get(other, this::make)).isEqualTo("a2");
    }

    @Test
    void holdsNothingThatNobodyElseHolds() {
        for (int i = 0; i < 100; i++) {
            cache.get(new StringBuilder(), this::make);
        }

        await().untilAsserted(() -> {
            System.gc();
            cache.get(new StringBuilder(), this::make);
            assertThat(cache.size()).isLessThan(10);
        });
    }

    private String make(StringBuilder from) {
        return from.toString() + made.incrementAndGet();
    }
}
